import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import scala.meta.*;
import scala.meta.inputs.Input;
import scala.meta.internal.parsers.ScalametaParser;

/** What scalameta's parser finds declared: reads paths from standard input, prints one JSON object a declaration. */
public class ScalaDeclarations {
    private static PrintStream out;
    private static String path;
    private static String text;

    public static void main(String[] arguments) throws Exception {
        out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while ((path = lines.readLine()) != null) {
            text = Files.readString(Path.of(path)).replace("\r\n", "\n").replace("\ufeff", "");
            Source source = read();
            if (source == null) {
                print("", "unreadable", "", 0, 0, false);
                continue;
            }
            for (Tree tree : children(source)) {
                declaration(tree, "", true, true);
            }
        }
        out.flush();
    }

    private static Source read() {
        for (Dialect dialect : List.of(scala.meta.dialects.package$.MODULE$.Scala213(), scala.meta.dialects.package$.MODULE$.Scala3())) {
            try {
                return new ScalametaParser(new Input.String(text), dialect).parseSource();
            } catch (Exception error) {
                continue;
            }
        }
        return null;
    }

    private static List<Tree> children(Tree tree) {
        var found = new ArrayList<Tree>();
        for (var all = tree.children().iterator(); all.hasNext();) {
            found.add((Tree) all.next());
        }
        return found;
    }

    private static void declaration(Tree d, String prefix, boolean outer, boolean single) {
        if (d instanceof Pkg) {
            for (Tree inside : children(d)) {
                declaration(inside, prefix, outer, true);
            }
            return;
        }
        boolean visible = outer && !isHidden(d);
        String kind = kind(d, prefix, single);
        if (d instanceof Defn.Val || d instanceof Decl.Val || d instanceof Defn.Var || d instanceof Decl.Var) {
            for (Tree child : children(d)) {
                if (child instanceof Pat) {
                    bound(child, prefix, kind, d, visible);
                }
            }
        } else if (d instanceof Defn.ExtensionGroup) {
            for (Tree inside : children(d)) {
                for (Tree method : inside instanceof Term.Block ? children(inside) : List.of(inside)) {
                    declaration(method, prefix, outer, single);
                }
            }
        } else if (d instanceof Defn.RepeatedEnumCase) {
            for (Tree each : children(d)) {
                if (each instanceof Term.Name) {
                    print(prefix + each, "constant", "", 0, 0, visible);
                }
            }
        } else if (!kind.isEmpty()) {
            String name = d instanceof Ctor.Secondary ? "this"
                : d instanceof Defn.GivenAlias given ? given.name().value() : ((Member) d).name().value();
            if (!name.isEmpty()) {
                print(prefix + name, kind, signature(d), d.pos().start(), d.pos().end(), visible);
                inside(d, prefix + name + ".", visible);
            }
        }
    }

    private static void inside(Tree d, String prefix, boolean visible) {
        if (d instanceof Defn.Def || d instanceof Defn.Macro || d instanceof Defn.EnumCase) {
            return;
        }
        boolean isCase = d instanceof Defn.Class c && c.mods().exists(mod -> mod instanceof Mod.Case);
        boolean single = d instanceof Defn.Object || d instanceof Pkg.Object || d instanceof Defn.Given;
        for (Tree child : children(d)) {
            if (child instanceof Ctor.Primary) {
                boolean first = true;
                for (Tree group : children(child)) {
                    if (!(group instanceof Term.ParamClause)) {
                        continue;
                    }
                    for (Tree each : children(group)) {
                        if (each instanceof Term.Param parameter) {
                            boolean stored = parameter.mods().exists(mod -> mod instanceof Mod.ValParam || mod instanceof Mod.VarParam);
                            if (stored || isCase && first) {
                                print(prefix + parameter.name().value(), "property", "", 0, 0, visible && !isHidden(parameter));
                            }
                        }
                    }
                    first = false;
                }
            } else if (child instanceof Template) {
                for (Tree member : children(child)) {
                    declaration(member, prefix, visible, single);
                }
            }
        }
    }

    private static void bound(Tree pattern, String prefix, String kind, Tree d, boolean visible) {
        if (pattern instanceof Pat.Var found) {
            print(prefix + found.name().value(), kind, "", d.pos().start(), d.pos().end(), visible);
            return;
        }
        for (Tree child : children(pattern)) {
            bound(child, prefix, kind, d, visible);
        }
    }

    private static String kind(Tree d, String prefix, boolean single) {
        if (d instanceof Defn.Class) {
            return "class";
        }
        if (d instanceof Defn.Trait) {
            return "trait";
        }
        if (d instanceof Defn.Object || d instanceof Pkg.Object) {
            return "module";
        }
        if (d instanceof Defn.Enum) {
            return "enum";
        }
        if (d instanceof Defn.EnumCase) {
            return "constant";
        }
        if (d instanceof Defn.Def || d instanceof Defn.Macro || d instanceof Decl.Def || d instanceof Ctor.Secondary) {
            return prefix.isEmpty() ? "function" : "method";
        }
        if (d instanceof Defn.Type || d instanceof Decl.Type) {
            return "type";
        }
        if (d instanceof Defn.Val v && single) {
            return v.mods().exists(mod -> mod instanceof Mod.Lazy) ? value(prefix) : "constant";
        }
        if (d instanceof Decl.Val && single) {
            return "constant";
        }
        if (d instanceof Defn.Val || d instanceof Decl.Val || d instanceof Defn.Var || d instanceof Decl.Var
            || d instanceof Defn.Given || d instanceof Defn.GivenAlias) {
            return value(prefix);
        }
        return "";
    }

    private static String value(String prefix) {
        return prefix.isEmpty() ? "variable" : "property";
    }

    private static boolean isHidden(Tree d) {
        for (Tree child : children(d)) {
            if (child instanceof Mod.Private || child instanceof Mod.Protected kept && !(kept.within() instanceof Name.Anonymous)) {
                return true;
            }
        }
        return false;
    }

    /** A method up to its body; nothing for the others, which are compared by name. */
    private static String signature(Tree d) {
        if (!(d instanceof Defn.Def || d instanceof Decl.Def)) {
            return "";
        }
        int start = d.pos().start();
        for (Tree child : children(d)) {
            if (child instanceof Mod.Annot annotation) {
                start = annotation.pos().end();
            }
        }
        int end = d instanceof Defn.Def def ? def.body().pos().start() : d.pos().end();
        String found = text.substring(start, end).replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("//[^\n]*", " ").strip();
        return found.replaceAll("=$", "").strip();
    }

    /** Whether a documentation comment stands right before a position. */
    private static String doc(int start) {
        String before = text.substring(0, start).stripTrailing();
        if (!before.endsWith("*/")) {
            return "";
        }
        int begin = before.lastIndexOf("/*");
        return begin >= 0 && before.startsWith("/**", begin) ? before.substring(begin) : "";
    }

    private static void print(String name, String kind, String signature, int start, int end, boolean visible) {
        out.println("{\"path\":" + quote(path) + ",\"name\":" + quote(name) + ",\"kind\":" + quote(kind)
            + ",\"signature\":" + quote(signature) + ",\"doc\":" + quote(doc(start)) + ",\"public\":" + visible + "}");
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
