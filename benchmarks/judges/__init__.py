"""Programs on the parsers of other languages' own tools, and how what they find is compared with ours.

`KotlinDeclarations.java` stands on the Kotlin compiler's parser, `JavaDeclarations.java` on the JDK's,
`declarations.rb` on YARD, `declarations.php` on PHP's tokens; C# is compared with the lists of public API that
projects keep. `edges` compares imports with what builds, compilers and resolvers make of them.
"""
