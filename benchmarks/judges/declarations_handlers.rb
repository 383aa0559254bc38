# Handlers of YARD for calls that declare something and that it does not know.
HIDDEN = [] # rubocop:disable Style/MutableConstant
# what `private_constant` and `private_class_method` name, or `private` in `class << self`

# Names that symbols and strings among the nodes of arguments stand for.
module Names
  def names(nodes)
    nodes.flat_map do |node|
      case node
      when YARD::Parser::Ruby::AstNode
        case node.type
        when :symbol_literal, :string_literal, :dyna_symbol
          [node.source.delete(%q(:"'))]
        when :array then node.source.match?(/\A%[iw]/i) ? node.source[3..-2].split : names(node.to_a.flatten)
        else []
        end
      else []
      end
    end
  end

  def method!(name, at = scope)
    register YARD::CodeObjects::MethodObject.new(namespace, name, at) { |o| o.signature = "" }
  end

  def fields!(made, nodes)
    names(nodes).each do |field|
      next if made.attributes[:instance].key?(field.to_sym)

      register(YARD::CodeObjects::MethodObject.new(made, field)) { |o| o.signature = "" }.docstring = ""
    end
  end

  def arguments
    statement.parameters(false).to_a
  end
end

class Forwarded < YARD::Handlers::Ruby::Base
  include Names
  handles method_call(:def_delegators), method_call(:def_instance_delegators)
  namespace_only
  process { names(arguments.drop(1)).each { |name| method!(name) } }
end

class ForwardedAs < YARD::Handlers::Ruby::Base
  include Names
  handles method_call(:def_delegator), method_call(:def_instance_delegator)
  namespace_only
  process { names(arguments.drop(1)).last(1).each { |name| method!(name) } }
end

class Delegated < YARD::Handlers::Ruby::Base
  include Names
  handles method_call(:delegate), method_call(:instance_delegate)
  namespace_only
  process do
    options = arguments.last
    pairs = options.respond_to?(:source) && options.source.match?(/:\s|=>/) ? options.source : ""
    listed = names(arguments[0...(pairs.empty? ? nil : -1)])
    listed = names([options.to_a.flatten.find { |n| n.is_a?(YARD::Parser::Ruby::AstNode) }&.first].compact) if listed.empty?
    to = pairs[/\bto:\s*:?(\w+)/, 1]
    prefix = pairs[/\bprefix:\s*:?(\w+)/, 1]
    prefix = { nil => "", "false" => "", "true" => "#{to}_" }.fetch(prefix) { "#{prefix}_" }
    next if pairs.match?(/\bprivate:\s*true/)

    listed.each { |name| method!(prefix + name) }
  end
end

class ClassAttributes < YARD::Handlers::Ruby::Base
  include Names
  %i[m c thread_m thread_c].product(%i[reader writer accessor]).each do |owner, kind|
    handles method_call(:"#{owner}attr_#{kind}")
  end
  handles method_call(:class_attribute)
  namespace_only
  process { names(arguments).each { |name| method!(name, :class) } }
end

# `X = Data.define(:a) do ... end`, `X = Class.new(Y) do ... end`, `X = Module.new do ... end`, `X = Y.new { def m; end }`.
class MadeType < YARD::Handlers::Ruby::ConstantHandler
  include Names
  handles :assign
  namespace_only
  process do
    value = statement[1]
    maker = value.source[/\A(?:::)?(Data\.define|Class\.new|Module\.new)\b/, 1]
    block = value.respond_to?(:block) && value.block ? value.block[1] : nil
    maker ||= "Class.new" if block && block.any? { |each| %i[def defs].include?(each.type) } && !value.source.start_with?("Struct.")
    next unless maker && statement[0].type == :var_field && statement[0][0].type == :const

    kind = maker.start_with?("Module") ? YARD::CodeObjects::ModuleObject : YARD::CodeObjects::ClassObject
    name = statement[0].source
    namespace.children.delete_if { |each| each.name.to_s == name && each.type == :constant }
    made = register(kind.new(namespace, name))
    given = value.respond_to?(:parameters) && value.parameters ? value.parameters(false).to_a : []
    fields!(made, given) if maker.start_with?("Data")
    parse_block(block, namespace: made) if block
  end
end

# `class Point < Data.define(:x)`, `class Point < ::Struct.new(:x)`.
class MadeParent < YARD::Handlers::Ruby::Base
  include Names
  handles :class
  namespace_only
  process do
    parent = statement[1]
    next unless parent && parent.source.match?(/\A(?:::)?(?:Data\.define|Struct\.new)\b/)

    made = YARD::CodeObjects::ClassObject.new(namespace, statement[0].source.gsub(/\s/, ""))
    given = parent.respond_to?(:parameters) && parent.parameters ? parent.parameters(false).to_a : []
    fields!(made, given)
  end
end

# `begin ... rescue ... end` around declarations.
class Guarded < YARD::Handlers::Ruby::Base
  handles :begin
  namespace_only
  process { statement[0].each { |each| parse_block(each) if each.is_a?(YARD::Parser::Ruby::AstNode) && each.type == :list } }
end

class HiddenByName < YARD::Handlers::Ruby::Base
  include Names
  handles method_call(:private_constant), method_call(:private_class_method), method_call(:private), method_call(:protected)
  namespace_only
  process do
    next if %i[var_ref vcall].include?(statement.type)

    at = statement.method_name(true)
    next if %i[private protected].include?(at) && scope != :class

    names(arguments).each do |name|
      found = namespace.children.select { |each| each.name.to_s == name && (each.type != :method || each.scope == :class) }
      found.each { |each| each.visibility = :private }
      HIDDEN.concat(found)
    end
  end
end
