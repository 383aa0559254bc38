// What go/doc finds declared: reads paths from standard input, prints one JSON object a declaration.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
)

type declaration struct {
	Path      string `json:"path"`
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Signature string `json:"signature"`
	Doc       string `json:"doc"`
	Public    bool   `json:"public"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path := lines.Text()
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			out.Encode(declaration{Path: path, Kind: "unreadable"})
			continue
		}
		for _, each := range file.Decls {
			switch d := each.(type) {
			case *ast.FuncDecl:
				out.Encode(function(path, files, d))
			case *ast.GenDecl:
				for _, found := range group(path, d) {
					out.Encode(found)
				}
			}
		}
	}
}

func function(path string, files *token.FileSet, d *ast.FuncDecl) declaration {
	name, kind, public := d.Name.Name, "function", d.Name.IsExported()
	if d.Recv != nil && len(d.Recv.List) > 0 {
		owner := receiver(d.Recv.List[0].Type)
		name, kind, public = owner+"."+name, "method", public && ast.IsExported(owner)
	}
	doc := d.Doc.Text()
	head := *d
	head.Body, head.Doc = nil, nil
	var text bytes.Buffer
	printer.Fprint(&text, files, &head)
	return declaration{path, name, kind, text.String(), doc, public}
}

func receiver(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.ParenExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}

// The names of types, constants and variables; what several say at their head is that of the group, not of one.
func group(path string, d *ast.GenDecl) []declaration {
	var found []declaration
	for _, spec := range d.Specs {
		head := ""
		if len(d.Specs) == 1 {
			head = d.Doc.Text()
		}
		switch s := spec.(type) {
		case *ast.TypeSpec:
			found = append(found, declaration{path, s.Name.Name, "type", "", first(s.Doc.Text(), head), s.Name.IsExported()})
			found = append(found, members(path, s)...)
		case *ast.ValueSpec:
			kind := "variable"
			if d.Tok == token.CONST {
				kind = "constant"
			}
			for _, name := range s.Names {
				found = append(found, declaration{path, name.Name, kind, "", first(s.Doc.Text(), s.Comment.Text(), head), name.IsExported()})
			}
		}
	}
	return found
}

// The fields of a struct, and the methods that an interface asks for.
func members(path string, s *ast.TypeSpec) []declaration {
	var found []declaration
	var fields *ast.FieldList
	switch t := s.Type.(type) {
	case *ast.StructType:
		fields = t.Fields
	case *ast.InterfaceType:
		fields = t.Methods
	default:
		return nil
	}
	for _, field := range fields.List {
		kind, names := "property", field.Names
		if _, ok := field.Type.(*ast.FuncType); ok && s.Type != nil {
			if _, ok := s.Type.(*ast.InterfaceType); ok {
				kind = "method"
			}
		}
		if len(names) == 0 {
			if name := embedded(field.Type); name != "" {
				names = []*ast.Ident{{Name: name}}
			}
		}
		for _, name := range names {
			public := s.Name.IsExported() && name.IsExported()
			doc := first(field.Doc.Text(), field.Comment.Text())
			found = append(found, declaration{path, s.Name.Name + "." + name.Name, kind, "", doc, public})
		}
	}
	return found
}

func embedded(e ast.Expr) string {
	if t, ok := e.(*ast.StarExpr); ok {
		return embedded(t.X)
	}
	if t, ok := e.(*ast.SelectorExpr); ok {
		return t.Sel.Name
	}
	return receiver(e)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
