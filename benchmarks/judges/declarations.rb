# What YARD finds declared: reads paths from standard input, prints one JSON object a declaration.
require "json"
require "yard"

YARD::Logger.instance.level = YARD::Logger::FATAL
paths = $stdin.read.split("\n")
paths.each do |path|
  YARD::Registry.clear
  begin
    YARD.parse_string(File.read(path, encoding: "UTF-8"))
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
    visible = true
    object_or_owner = object
    while object_or_owner.is_a?(YARD::CodeObjects::Base) && !object_or_owner.root?
      visible = false if object_or_owner.visibility != :public
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
    text = docs.to_s.gsub(/^:nodoc:.*$/, "")
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
