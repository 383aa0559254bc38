import com.sun.source.tree.*;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import javax.lang.model.element.Element;
import javax.tools.ToolProvider;

/**
 * What the Java compiler takes the type names of some files to mean, as far as these files declare it: reads their paths
 * from standard input, prints "FILE TAB FILE" for each that names a type of another. Libraries need not be there.
 */
public class JavaReferences {
    public static void main(String[] arguments) throws Exception {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var paths = new ArrayList<Path>();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            paths.add(Path.of(line));
        }
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        var options = List.of("-proc:none", "-implicit:none", "-XDshould-stop.ifError=FLOW", "-Xmaxerrs", "1", "-nowarn");
        var task = (JavacTask) compiler.getTask(new java.io.StringWriter(), files, d -> { }, options, null,
            files.getJavaFileObjectsFromPaths(paths));
        var units = new ArrayList<CompilationUnitTree>();
        task.parse().forEach(units::add);
        task.analyze();
        var trees = Trees.instance(task);
        Map<Element, String> known = new HashMap<>();
        for (var unit : units) {
            String own = path(unit);
            String text = unit.getSourceFile().getCharContent(true).toString();
            var found = new TreeSet<String>();
            new TreePathScanner<Void, Void>() {
                private void see(String name) {
                    if (!written(getCurrentPath().getLeaf(), name)) {
                        return; // the compiler's own: the type of a lambda's parameter, of a `var`
                    }
                    Element element = trees.getElement(getCurrentPath());
                    if (element == null || !(element.getKind().isClass() || element.getKind().isInterface())) {
                        return;
                    }
                    while (element.getEnclosingElement() != null
                        && (element.getEnclosingElement().getKind().isClass() || element.getEnclosingElement().getKind().isInterface())) {
                        element = element.getEnclosingElement();
                    }
                    String file = known.computeIfAbsent(element, e -> {
                        var at = trees.getPath(e);
                        return at == null ? "" : path(at.getCompilationUnit());
                    });
                    if (!file.isEmpty() && !file.equals(own)) {
                        found.add(file);
                    }
                }

                private boolean written(Tree node, String name) {
                    long end = trees.getSourcePositions().getEndPosition(unit, node);
                    return end >= name.length() && text.startsWith(name, (int) end - name.length());
                }

                @Override public Void visitIdentifier(IdentifierTree node, Void nothing) {
                    see(node.getName().toString());
                    return super.visitIdentifier(node, nothing);
                }

                @Override public Void visitMemberSelect(MemberSelectTree node, Void nothing) {
                    see(node.getIdentifier().toString());
                    return super.visitMemberSelect(node, nothing);
                }
            }.scan(unit, null);
            found.forEach(file -> out.println(own + "\t" + file));
        }
        out.flush();
    }

    private static String path(CompilationUnitTree unit) {
        return Path.of(unit.getSourceFile().toUri()).toString();
    }
}
