import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jetbrains.kotlin.cli.jvm.compiler.EnvironmentConfigFiles;
import org.jetbrains.kotlin.cli.jvm.compiler.KotlinCoreEnvironment;
import org.jetbrains.kotlin.com.intellij.openapi.util.Disposer;
import org.jetbrains.kotlin.com.intellij.psi.PsiComment;
import org.jetbrains.kotlin.com.intellij.psi.PsiElement;
import org.jetbrains.kotlin.com.intellij.psi.PsiErrorElement;
import org.jetbrains.kotlin.config.CompilerConfiguration;
import org.jetbrains.kotlin.kdoc.psi.api.KDoc;
import org.jetbrains.kotlin.lexer.KtTokens;
import org.jetbrains.kotlin.psi.*;

/** What the Kotlin compiler's own parser finds declared: reads paths from standard input, prints one JSON object a declaration. */
public class KotlinDeclarations {
    private static PrintStream out;
    private static String path;

    public static void main(String[] arguments) throws Exception {
        out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        var environment = KotlinCoreEnvironment.createForProduction(
            Disposer.newDisposable(), new CompilerConfiguration(), EnvironmentConfigFiles.JVM_CONFIG_FILES);
        var factory = new KtPsiFactory(environment.getProject(), false);
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while ((path = lines.readLine()) != null) {
            String text = Files.readString(Path.of(path)).replace("\r\n", "\n").replace("\ufeff", "");
            KtFile file = factory.createFile(Path.of(path).getFileName().toString(), text);
            if (hasError(file)) {
                print("", "unreadable", "", "", false);
                continue;
            }
            for (KtDeclaration declaration : file.getDeclarations()) {
                declaration(declaration, "", true);
            }
        }
        out.flush();
    }

    private static boolean hasError(PsiElement element) {
        if (element instanceof PsiErrorElement) {
            return true;
        }
        for (PsiElement child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (hasError(child)) {
                return true;
            }
        }
        return false;
    }

    private static void declaration(KtDeclaration d, String prefix, boolean outer) {
        boolean visible = outer
            && !d.hasModifier(KtTokens.PRIVATE_KEYWORD) && !d.hasModifier(KtTokens.INTERNAL_KEYWORD);
        if (d instanceof KtEnumEntry entry) {
            print(prefix + entry.getName(), "constant", entry.getName(), doc(d), visible);
        } else if (d instanceof KtClassOrObject type) {
            type(type, prefix, visible);
        } else if (d instanceof KtNamedFunction function) {
            PsiElement end = function.getEqualsToken() != null ? function.getEqualsToken() : function.getBodyExpression();
            print(prefix + function.getName(), prefix.isEmpty() ? "function" : "method", text(d, end), doc(d), visible);
        } else if (d instanceof KtProperty property) {
            property(property, prefix, visible);
        } else if (d instanceof KtSecondaryConstructor constructor) {
            PsiElement end = constructor.getColon() != null ? constructor.getColon() : constructor.getBodyExpression();
            print(prefix + "constructor", "method", text(d, end), doc(d), visible);
        } else if (d instanceof KtTypeAlias alias) {
            print(prefix + alias.getName(), "type", text(d, null), doc(d), visible);
        }
    }

    private static void type(KtClassOrObject type, String prefix, boolean visible) {
        String kind = "class";
        if (type instanceof KtClass c) {
            kind = c.isInterface() ? "interface" : c.isEnum() ? "enum" : "class";
        }
        boolean companion = type instanceof KtObjectDeclaration o && o.isCompanion();
        String name = prefix + (type.getName() == null ? "Companion" : type.getName());
        print(name, kind, text(type, type.getBody()), doc(type), visible);
        for (KtParameter parameter : type.getPrimaryConstructorParameters()) {
            if (parameter.hasValOrVar()) {
                boolean shown = visible
                    && !parameter.hasModifier(KtTokens.PRIVATE_KEYWORD) && !parameter.hasModifier(KtTokens.INTERNAL_KEYWORD);
                print(name + "." + parameter.getName(), "property", text(parameter, null), doc(parameter), shown);
            }
        }
        for (KtDeclaration member : type.getDeclarations()) {
            declaration(member, companion ? prefix : name + ".", visible);
        }
    }

    private static void property(KtProperty property, String prefix, boolean visible) {
        boolean constant = property.hasModifier(KtTokens.CONST_KEYWORD);
        PsiElement end = property.getEqualsToken();
        if (end == null) {
            end = property.getDelegate();
        }
        if (end == null && !property.getAccessors().isEmpty()) {
            end = property.getAccessors().get(0);
        }
        String text = text(property, end);
        if (constant && property.getInitializer() != null) {
            text += " = " + text(property.getInitializer(), null);
        }
        print(prefix + property.getName(), constant ? "constant" : prefix.isEmpty() ? "variable" : "property", text, doc(property), visible);
    }

    /** Source of a declaration up to `end`, without comments and without the annotations that lead it. */
    private static String text(PsiElement element, PsiElement end) {
        var found = new StringBuilder();
        append(element, element, end == null ? Integer.MAX_VALUE : end.getTextRange().getStartOffset(), found);
        return found.toString().strip();
    }

    private static void append(PsiElement top, PsiElement element, int end, StringBuilder found) {
        if (element.getTextRange().getStartOffset() >= end || element instanceof PsiComment || element instanceof KDoc) {
            found.append(' ');
            return;
        }
        boolean own = element.getParent() == top || element.getParent() instanceof KtModifierList list && list.getParent() == top;
        if (own && (element instanceof KtAnnotationEntry || element instanceof KtAnnotation)) {
            return;
        }
        if (element.getFirstChild() == null) {
            found.append(element.getText());
            return;
        }
        for (PsiElement child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            append(top, child, end, found);
        }
    }

    private static String doc(KtDeclaration d) {
        return d.getDocComment() == null ? "" : d.getDocComment().getText();
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
