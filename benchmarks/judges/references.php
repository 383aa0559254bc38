<?php
// Which names of classes, functions and constants PHP files use, resolved by nikic/php-parser: reads paths from standard
// input, prints "PATH TAB KIND TAB NAME". The first argument is the autoloader of the parser. Files are never included.

declare(strict_types=1);

require $argv[1];

use PhpParser\Node;
use PhpParser\NodeTraverser;
use PhpParser\NodeVisitor\NameResolver;
use PhpParser\NodeVisitorAbstract;
use PhpParser\ParserFactory;

final class Names extends NodeVisitorAbstract
{
    public array $found = [];

    public function enterNode(Node $node)
    {
        if ($node instanceof Node\Stmt\Use_ || $node instanceof Node\Stmt\GroupUse) {
            foreach ($node->uses as $use) {
                $prefix = $node instanceof Node\Stmt\GroupUse ? $node->prefix . '\\' : '';
                $this->found[($use->type ?: $node->type) . "\t" . $prefix . $use->name] = true;
            }
        }
        if ($node instanceof Node\Expr\FuncCall && $node->name instanceof Node\Name) {
            $this->keep(2, $node->name);
            $node->name->setAttribute('seen', true);
        } elseif ($node instanceof Node\Expr\ConstFetch) {
            $this->keep(3, $node->name);
            $node->name->setAttribute('seen', true);
        } elseif ($node instanceof Node\Stmt\Namespace_ && $node->name !== null) {
            $node->name->setAttribute('seen', true);
        } elseif ($node instanceof Node\Name\FullyQualified && !$node->getAttribute('seen')) {
            $this->keep(1, $node);
        }
        return null;
    }

    private function keep(int $kind, Node\Name $name): void
    {
        $this->found[$kind . "\t" . ($name->getAttribute('namespacedName') ?? $name)] = true;
    }
}

$factory = new ParserFactory();
$parser = method_exists($factory, 'createForNewestSupportedVersion')
    ? $factory->createForNewestSupportedVersion()
    : $factory->create(ParserFactory::PREFER_PHP7);
while (($path = fgets(STDIN)) !== false) {
    $path = rtrim($path, "\n");
    $names = new Names();
    $traverser = new NodeTraverser();
    $traverser->addVisitor(new NameResolver());
    $traverser->addVisitor($names);
    try {
        $traverser->traverse($parser->parse(file_get_contents($path)) ?? []);
    } catch (PhpParser\Error) {
        echo $path, "\t0\t\n";
        continue;
    }
    foreach (array_keys($names->found) as $name) {
        echo $path, "\t", $name, "\n";
    }
}
