# What YARD finds declared: reads paths from standard input, prints one JSON object a declaration. Handlers for calls that
# YARD itself does not know (Forwardable, Active Support, `Data.define`) stand in declarations_handlers.rb.
require "json"
require "yard"
require_relative "declarations_handlers"

YARD::Logger.instance.level = YARD::Logger::FATAL
PRIVATE_BY_NAME = %i[initialize_copy initialize_clone initialize_dup respond_to_missing?].freeze
paths = $stdin.read.split("\n")
paths.each do |path|
  YARD::Registry.clear
  HIDDEN.clear
  begin
    text = File.read(path, encoding: "UTF-8")
    raise SyntaxError, path if Ripper.sexp(text).nil? # younger than the interpreter

    YARD.parse_string(text)
  rescue StandardError, SyntaxError
    puts JSON.generate(path: path, kind: "unreadable")
    next
  end
  attributes = {}
  YARD::Registry.all(:class, :module).each do |space|
    space.attributes.each do |scope, names|
      names.each do |name, found|
        found.each_value { |method| attributes[method.path] = [scope, name] if method }
      end
    end
  end
  YARD::Registry.all(:class, :module, :method, :constant, :classvariable).each do |object|
    next if object.type == :classvariable

    name = object.path.gsub("::", ".").tr("#", ".")
    kind = object.type.to_s
    visible = object.type != :method || !PRIVATE_BY_NAME.include?(object.name)
    object_or_owner = object
    while object_or_owner.is_a?(YARD::CodeObjects::Base) && !object_or_owner.root?
      is_method = object_or_owner.is_a?(YARD::CodeObjects::MethodObject)
      # `private` says nothing of constants, nor of `def self.x`
      shielded = !is_method || object_or_owner.source.to_s.match?(/\Adef\s+(?:self|[A-Z]\w*)\s*\./)
      visible = false if object_or_owner.visibility != :public && !(shielded && !HIDDEN.include?(object_or_owner))
      object_or_owner = object_or_owner.namespace
    end
    if (scope, attribute = attributes[object.path])
      name = "#{object.namespace.path.gsub("::", ".")}.#{attribute}"
      kind = "property"
    elsif kind == "method" && object.namespace.root?
      kind = "function" if object.scope == :instance
    end
    docs = object.docstring
    forms = docs.tags(:overload).map { |form| "def #{form.signature}" }
    forms = [object.signature.to_s] if forms.empty?
    forms = [""] unless %w[method function].include?(kind)
    forms = forms.map { |form| form.sub("def ", "def self.") } if object.type == :method && object.scope == :class
    generated = docs.to_s.match?(/\A(?:Returns the value of attribute|Sets the attribute|A new instance of)/)
    text = docs.to_s.gsub(/^:nodoc:.*$|^\s*(?:rubocop:|TODO\b|FIXME\b).*$/, "")
    text = docs.tag(:return)&.text.to_s.sub(/\Aa new instance of .*/, "") if text.strip.empty?
    text = docs.tags(:overload).map { |form| form.docstring.to_s }.join if text.strip.empty?
    forms.each do |signature|
      puts JSON.generate(
        path: path, name: name.sub(/\A\./, ""), kind: kind, signature: signature,
        doc: generated ? "" : text, public: visible, alias: kind == "method" && object.is_alias?
      )
    end
  end
end
