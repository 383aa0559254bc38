<?php
// What PHP's own tokens declare: reads paths from standard input, prints one JSON object a declaration.
// Files are never included.

declare(strict_types=1);

final class Reader
{
    private array $tokens;
    private int $at = 0;

    public function __construct(private string $path, string $code)
    {
        $this->tokens = array_values(array_filter(
            PhpToken::tokenize($code, TOKEN_PARSE),
            fn ($token) => !$token->is([T_WHITESPACE, T_COMMENT, T_OPEN_TAG, T_INLINE_HTML, T_CLOSE_TAG])
        ));
    }

    public function read(): void
    {
        $this->body(count($this->tokens), '', '');
    }

    private function token(int $ahead = 0): ?PhpToken
    {
        return $this->tokens[$this->at + $ahead] ?? null;
    }

    private function body(int $end, string $owner, string $kind): void
    {
        $doc = '';
        $words = [];
        while ($this->at < $end && ($token = $this->token())) {
            if ($token->is(T_DOC_COMMENT)) {
                $doc = $token->text;
                $words = [];
                $this->at++;
            } elseif ($token->is(T_ATTRIBUTE)) {
                $this->skip('[', ']');
            } elseif ($token->is([T_PUBLIC, T_PROTECTED, T_PRIVATE, T_STATIC, T_ABSTRACT, T_FINAL, T_READONLY, T_VAR])
                && !$this->token(1)?->is([T_DOUBLE_COLON, '('])) {
                if ($token->is(T_STATIC) && $owner === '') {
                    $this->statement();
                    continue;
                }
                $words[] = $token->text;
                $this->at++;
            } elseif ($token->is([T_CLASS, T_INTERFACE, T_TRAIT, T_ENUM]) && $this->token(1)?->is(T_STRING)) {
                $this->type($words, $doc);
                [$doc, $words] = ['', []];
            } elseif ($token->is(T_FUNCTION) && (bool) preg_match('/^[&A-Za-z_\x80-\xff]/', $this->token(1)?->text ?? '')) {
                $this->callable($owner, $words, $doc);
                [$doc, $words] = ['', []];
            } elseif ($token->is(T_CONST)) {
                $this->constant($owner, $words, $doc);
                [$doc, $words] = ['', []];
            } elseif ($token->is(T_CASE) && $kind === 'enum') {
                $start = $this->at;
                $this->statement();
                $this->say("$owner." . $this->tokens[$start + 1]->text, 'constant', $this->text($start, $this->at - 1), $doc, []);
                [$doc, $words] = ['', []];
            } elseif ($owner !== '' && $token->is(T_USE)) {
                $this->statement();
                [$doc, $words] = ['', []];
            } elseif ($owner !== '' && $words) {
                $this->property($owner, $words, $doc);
                [$doc, $words] = ['', []];
            } elseif ($token->is(T_NAMESPACE)) {
                $this->statement(true);
                $doc = '';
            } elseif ($token->text === '{' || $token->text === '}' || $token->is(T_IF)) {
                if ($token->is(T_IF)) {
                    $this->at++;
                    $this->skip('(', ')');
                    continue;
                }
                $this->at++;
                $doc = '';
            } else {
                $this->statement();
                [$doc, $words] = ['', []];
            }
        }
    }

    private function skip(string $open, string $close): void
    {
        $depth = 0;
        do {
            $text = $this->token()->text;
            $depth += in_array($text, [$open, $open === '[' ? '#[' : $open, $open === '{' ? '${' : $open, ], true)
                || ($open === '{' && $this->token()->is(T_CURLY_OPEN)) ? 1 : 0;
            $depth -= $text === $close ? 1 : 0;
            $this->at++;
        } while ($depth > 0 && $this->token());
    }

    private function statement(bool $braceEnds = false): void
    {
        while ($token = $this->token()) {
            if ($token->text === ';') {
                $this->at++;
                return;
            }
            if ($token->text === '{' || $token->is([T_CURLY_OPEN, T_DOLLAR_OPEN_CURLY_BRACES])) {
                if ($braceEnds) {
                    return;
                }
                $this->skip('{', '}');
                if (!$this->token() || !$this->token()->is([';', ')', ',', T_OBJECT_OPERATOR, T_ELSE, T_ELSEIF, T_CATCH, T_FINALLY, T_WHILE, ']', '?', '.', '('])) {
                    return;
                }
            } elseif ($token->text === '(') {
                $this->skip('(', ')');
            } elseif ($token->text === '}') {
                return;
            } else {
                $this->at++;
            }
        }
    }

    private function text(int $start, int $end): string
    {
        $words = [];
        $depth = 0;
        for ($i = $start; $i < $end; $i++) {
            $token = $this->tokens[$i];
            if (!$token->is(T_DOC_COMMENT)) {
                $words[] = $token->text;
            }
        }
        return implode(' ', $words);
    }

    private function type(array $words, string $doc): void
    {
        $start = $this->at;
        $kind = strtolower($this->token()->text);
        $name = $this->token(1)->text;
        while ($this->token()->text !== '{') {
            $this->at++;
        }
        $this->say($name, $kind, implode(' ', $words) . ' ' . $this->text($start, $this->at), $doc, []);
        $inside = $this->at + 1;
        $this->skip('{', '}');
        $end = $this->at - 1;
        $this->at = $inside;
        $this->body($end, $name, $kind);
        $this->at = $end + 1;
    }

    private function callable(string $owner, array $words, string $doc): void
    {
        $start = $this->at;
        $name = $this->token(1)->text === '&' ? $this->token(2)->text : $this->token(1)->text;
        while ($this->token()->text !== '(') {
            $this->at++;
        }
        $open = $this->at;
        $this->skip('(', ')');
        $close = $this->at - 1;
        while ($this->token() && !in_array($this->token()->text, ['{', ';'], true)) {
            $this->at++;
        }
        $text = implode(' ', $words) . ' ' . $this->text($start, $this->at);
        $full = $owner === '' ? $name : "$owner.$name";
        $this->say($full, $owner === '' ? 'function' : 'method', $text, $doc, $words);
        if (strtolower($name) === '__construct') {
            $after = $this->at;
            $this->promoted($owner, $open + 1, $close);
            $this->at = $after;
        }
        if ($this->token()?->text === '{') {
            $this->skip('{', '}');
        } else {
            $this->at++;
        }
    }

    private function promoted(string $owner, int $start, int $end): void
    {
        $this->at = $start;
        [$words, $first, $doc] = [[], $start, ''];
        while ($this->at < $end) {
            $token = $this->token();
            if ($token->is(T_ATTRIBUTE)) {
                $this->skip('[', ']');
                $first = $this->at;
            } elseif ($token->is(T_DOC_COMMENT)) {
                $doc = $token->text;
                $this->at++;
            } elseif ($token->is([T_PUBLIC, T_PROTECTED, T_PRIVATE, T_READONLY])) {
                $words[] = $token->text;
                $this->at++;
            } elseif ($token->is(T_VARIABLE)) {
                $name = $token->text;
                while ($this->at < $end && $this->token()->text !== ',') {
                    $this->token()->text === '(' || $this->token()->text === '[' ? $this->skip($this->token()->text, $this->token()->text === '(' ? ')' : ']') : $this->at++;
                }
                if ($words) {
                    $this->say("$owner." . substr($name, 1), 'property', $this->text($first, $this->at), $doc, $words);
                }
                $this->at++;
                [$words, $first, $doc] = [[], $this->at, ''];
            } else {
                $this->at++;
            }
        }
    }

    private function constant(string $owner, array $words, string $doc): void
    {
        $start = $this->at++;
        $type = '';
        while ($this->token(1)->text !== '=') {
            $type .= $this->token()->text;
            $this->at++;
        }
        while ($this->token() && $this->token()->text !== ';') {
            $name = $this->token()->text;
            $begin = $this->at;
            while (!in_array($this->token()->text, [',', ';'], true)) {
                $text = $this->token()->text;
                $text === '(' || $text === '[' ? $this->skip($text, $text === '(' ? ')' : ']') : $this->at++;
            }
            $full = $owner === '' ? $name : "$owner.$name";
            $this->say($full, 'constant', "const $type " . $this->text($begin, $this->at), $doc, $words);
            if ($this->token()->text === ',') {
                $this->at++;
                $doc = $this->token()->is(T_DOC_COMMENT) ? $this->tokens[$this->at++]->text : $doc;
            }
        }
        $this->at++;
    }

    private function property(string $owner, array $words, string $doc): void
    {
        $first = $this->at;
        while (!$this->token()->is(T_VARIABLE)) {
            $this->at++;
        }
        $type = $this->text($first, $this->at);
        while ($this->token()->text !== ';' && $this->token()->text !== '{') {
            if ($this->token()->is(T_VARIABLE)) {
                $text = implode(' ', $words) . " $type " . $this->token()->text;
                $this->say("$owner." . substr($this->token()->text, 1), 'property', $text, $doc, $words);
                $this->at++;
            } else {
                $text = $this->token()->text;
                match ($text) {
                    '(' => $this->skip('(', ')'),
                    '[' => $this->skip('[', ']'),
                    default => $this->at++,
                };
            }
        }
        $this->token()->text === '{' ? $this->skip('{', '}') : $this->at++;
    }

    private function say(string $name, string $kind, string $signature, string $doc, array $words): void
    {
        $public = !array_intersect(['private', 'protected'], array_map(strtolower(...), $words));
        echo json_encode(['path' => $this->path, 'name' => $name, 'kind' => $kind, 'signature' => $signature, 'doc' => $doc,
            'public' => $public], JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
    }
}

while (($path = fgets(STDIN)) !== false) {
    $path = rtrim($path, "\n");
    try {
        (new Reader($path, (string) file_get_contents($path)))->read();
    } catch (ParseError) {
        echo json_encode(['path' => $path, 'kind' => 'unreadable']), "\n";
    }
}
