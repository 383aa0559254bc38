import com.sun.source.tree.*;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/** What the Java compiler's own parser finds declared: reads paths from standard input, prints one JSON object a declaration. */
public class JavaDeclarations {
    private static PrintStream out;
    private static String path;
    private static String text;
    private static CompilationUnitTree unit;
    private static DocTrees docs;

    public static void main(String[] arguments) throws Exception {
        out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var compiler = ToolProvider.getSystemJavaCompiler();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while ((path = lines.readLine()) != null) {
            text = Files.readString(Path.of(path));
            boolean[] failed = {false};
            var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
            var task = (JavacTask) compiler.getTask(null, files, d -> failed[0] |= d.getKind() == javax.tools.Diagnostic.Kind.ERROR,
                List.of("-proc:none"), null, files.getJavaFileObjects(Path.of(path)));
            unit = task.parse().iterator().next();
            docs = DocTrees.instance(task);
            if (failed[0]) {
                print("", "unreadable", "", "", false);
                continue;
            }
            for (Tree type : unit.getTypeDecls()) {
                if (type instanceof ClassTree c) {
                    type(c, "", true, false, new TreePath(new TreePath(unit), c));
                }
            }
        }
        out.flush();
    }

    private static boolean shown(ModifiersTree modifiers, boolean outer, boolean implied) {
        var flags = modifiers.getFlags();
        return outer && (flags.contains(Modifier.PUBLIC) || flags.contains(Modifier.PROTECTED)
            || implied && !flags.contains(Modifier.PRIVATE));
    }

    private static void type(ClassTree type, String prefix, boolean outer, boolean implied, TreePath at) {
        String name = prefix + type.getSimpleName();
        boolean visible = shown(type.getModifiers(), outer, implied);
        String kind = switch (type.getKind()) {
            case INTERFACE, ANNOTATION_TYPE -> "interface";
            case ENUM -> "enum";
            default -> "class";
        };
        print(name, kind, head(type.getModifiers(), start(type), bodyOf(type)), doc(at), visible);
        boolean inside = kind.equals("interface");
        for (Tree member : type.getMembers()) {
            TreePath path = new TreePath(at, member);
            if (member instanceof ClassTree inner) {
                type(inner, name + ".", visible, inside, path);
            } else if (member instanceof MethodTree method && start(method) >= 0) {
                String label = method.getName().contentEquals("<init>") ? type.getSimpleName().toString() : method.getName().toString();
                int end = method.getBody() == null ? end(method) : start(method.getBody());
                print(name + "." + label, "method", head(method.getModifiers(), start(method), end), doc(path),
                    shown(method.getModifiers(), visible, inside));
            } else if (member instanceof VariableTree field && start(field) >= 0) {
                field(type, field, name, visible, inside, path);
            }
        }
    }

    private static void field(ClassTree type, VariableTree field, String owner, boolean visible, boolean inside, TreePath path) {
        String label = field.getName().toString();
        if (type.getKind() == Tree.Kind.ENUM && field.getInitializer() instanceof NewClassTree made
            && start(made) <= start(field)) {
            print(owner + "." + label, "constant", label, doc(path), visible);
            return;
        }
        if (type.getKind() == Tree.Kind.RECORD && !field.getModifiers().getFlags().contains(Modifier.STATIC)) {
            return;
        }
        var flags = field.getModifiers().getFlags();
        boolean constant = inside || flags.contains(Modifier.STATIC) && flags.contains(Modifier.FINAL);
        print(owner + "." + label, constant ? "constant" : "property", "", doc(path), shown(field.getModifiers(), visible, inside));
    }

    private static int bodyOf(ClassTree type) {
        int at = start(type);
        var modifiers = type.getModifiers();
        at = Math.max(at, end(modifiers));
        int depth = 0;
        for (int i = at; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '/' && text.startsWith("/*", i)) {
                i = text.indexOf("*/", i) + 1;
            } else if (c == '/' && text.startsWith("//", i)) {
                i = text.indexOf('\n', i);
            } else if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == '{' && depth == 0) {
                return i;
            }
        }
        return text.length();
    }

    private static String head(ModifiersTree modifiers, int start, int end) {
        var kept = new StringBuilder();
        for (AnnotationTree annotation : modifiers.getAnnotations()) {
            if (start(annotation) >= start) {
                kept.append(text, start, start(annotation));
                start = end(annotation);
            }
        }
        return kept.append(text, start, end).toString().replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("//[^\\n]*", " ").strip();
    }

    private static int start(Tree tree) {
        return (int) docs.getSourcePositions().getStartPosition(unit, tree);
    }

    private static int end(Tree tree) {
        return (int) docs.getSourcePositions().getEndPosition(unit, tree);
    }

    private static String doc(TreePath at) {
        String found = docs.getDocComment(at);
        return found == null ? "" : found.strip();
    }

    private static void print(String name, String kind, String signature, String doc, boolean visible) {
        out.println("{\"path\":" + quote(path) + ",\"name\":" + quote(name) + ",\"kind\":" + quote(kind)
            + ",\"signature\":" + quote(signature) + ",\"doc\":" + quote(doc) + ",\"public\":" + visible + "}");
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
