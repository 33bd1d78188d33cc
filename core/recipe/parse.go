package recipe

import (
	"strings"

	"shoptwin/core"
)

// node is one operation of a parsed expression: op is a sign, "number",
// "text", "column", "missing", "true", "false", "is missing", "in", "not",
// "and", "or", "negate", or "call", whose function is in text.
type node struct {
	op   string
	text string
	num  float64
	kids []*node
	pos  int
}

type exprParser struct {
	tokens []token
	i      int
	depth  int
}

func parseExpression(s string) (*node, error) {
	if strings.TrimSpace(s) == "" {
		return nil, core.Errorf(core.Invalid, "the expression is empty").WithHint("write one, such as quantity > 0")
	}
	tokens, err := lex(s)
	if err != nil {
		return nil, err
	}
	p := &exprParser{tokens: tokens}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokEnd {
		return nil, expressionError(t.pos, "%q is too much", t.text).WithHint("join parts with and, or, or an operator")
	}
	return n, nil
}

func (p *exprParser) peek() token { return p.tokens[p.i] }

func (p *exprParser) next() token {
	t := p.tokens[p.i]
	if t.kind != tokEnd {
		p.i++
	}
	return t
}

// word takes a word of the language, whatever its case.
func (p *exprParser) word(w string) bool {
	if t := p.peek(); t.kind == tokName && strings.EqualFold(t.text, w) {
		p.i++
		return true
	}
	return false
}

func (p *exprParser) sign(signs ...string) (token, bool) {
	t := p.peek()
	if t.kind == tokSign {
		for _, s := range signs {
			if t.text == s {
				p.i++
				return t, true
			}
		}
	}
	return t, false
}

func (p *exprParser) deeper() error {
	if p.depth++; p.depth > maxDepth {
		return expressionError(p.peek().pos, "the expression is nested deeper than %d times", maxDepth).WithHint("split it over several derive steps")
	}
	return nil
}

// left parses operators that group from the left.
func (p *exprParser) left(sub func() (*node, error), op func() (string, int, bool)) (*node, error) {
	n, err := sub()
	if err != nil {
		return nil, err
	}
	for count := 0; ; count++ {
		name, pos, ok := op()
		if !ok {
			return n, nil
		}
		if count > maxDepth {
			return nil, expressionError(pos, "more than %d parts in a row", maxDepth).WithHint("use in (…), or split the expression")
		}
		right, err := sub()
		if err != nil {
			return nil, err
		}
		n = &node{op: name, kids: []*node{n, right}, pos: pos}
	}
}

func (p *exprParser) words(w string) func() (string, int, bool) {
	return func() (string, int, bool) { pos := p.peek().pos; return w, pos, p.word(w) }
}

func (p *exprParser) signs(signs ...string) func() (string, int, bool) {
	return func() (string, int, bool) { t, ok := p.sign(signs...); return t.text, t.pos, ok }
}

func (p *exprParser) or() (*node, error) {
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	return p.left(p.and, p.words("or"))
}

func (p *exprParser) and() (*node, error) { return p.left(p.not, p.words("and")) }

func (p *exprParser) not() (*node, error) {
	pos := p.peek().pos
	if !p.word("not") {
		return p.comparison()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	n, err := p.not()
	if err != nil {
		return nil, err
	}
	return &node{op: "not", kids: []*node{n}, pos: pos}, nil
}

func (p *exprParser) comparison() (*node, error) {
	n, err := p.sum()
	if err != nil {
		return nil, err
	}
	if t, ok := p.sign("=", "==", "!=", "<>", "<", "<=", ">", ">="); ok {
		right, err := p.sum()
		if err != nil {
			return nil, err
		}
		op := t.text
		switch op {
		case "==":
			op = "="
		case "!=":
			op = "<>"
		}
		return &node{op: op, kids: []*node{n, right}, pos: t.pos}, nil
	}
	pos := p.peek().pos
	if p.word("is") {
		negated := p.word("not")
		if !p.word("missing") {
			return nil, expressionError(p.peek().pos, "after is comes missing or not missing").WithHint("write: x is missing")
		}
		return negate(&node{op: "is missing", kids: []*node{n}, pos: pos}, negated), nil
	}
	start := p.i
	negated := p.word("not")
	if !p.word("in") {
		p.i = start
		return n, nil
	}
	if _, ok := p.sign("("); !ok {
		return nil, expressionError(p.peek().pos, "after in comes a list between brackets").WithHint(`write: x in ("a", "b")`)
	}
	list, err := p.list()
	if err != nil {
		return nil, err
	}
	return negate(&node{op: "in", kids: append([]*node{n}, list...), pos: pos}, negated), nil
}

func negate(n *node, negated bool) *node {
	if negated {
		return &node{op: "not", kids: []*node{n}, pos: n.pos}
	}
	return n
}

// list parses arguments up to the closing bracket.
func (p *exprParser) list() ([]*node, error) {
	var list []*node
	if _, ok := p.sign(")"); ok {
		return nil, nil
	}
	for {
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		list = append(list, n)
		t, ok := p.sign(",", ")")
		if !ok {
			return nil, expressionError(t.pos, "a comma or a closing bracket is missing").WithHint("check the brackets")
		}
		if t.text == ")" {
			return list, nil
		}
	}
}

func (p *exprParser) sum() (*node, error)     { return p.left(p.product, p.signs("+", "-")) }
func (p *exprParser) product() (*node, error) { return p.left(p.unary, p.signs("*", "/", "%")) }

func (p *exprParser) unary() (*node, error) {
	t, ok := p.sign("-", "+")
	if !ok {
		return p.power()
	}
	if err := p.deeper(); err != nil {
		return nil, err
	}
	defer func() { p.depth-- }()
	n, err := p.unary()
	if err != nil || t.text == "+" {
		return n, err
	}
	return &node{op: "negate", kids: []*node{n}, pos: t.pos}, nil
}

func (p *exprParser) power() (*node, error) {
	n, err := p.primary()
	if err != nil {
		return nil, err
	}
	if t, ok := p.sign("^"); ok {
		right, err := p.unary()
		if err != nil {
			return nil, err
		}
		return &node{op: "^", kids: []*node{n, right}, pos: t.pos}, nil
	}
	return n, nil
}

func (p *exprParser) primary() (*node, error) {
	t := p.next()
	switch t.kind {
	case tokNumber:
		return &node{op: "number", num: t.num, text: t.text, pos: t.pos}, nil
	case tokText:
		return &node{op: "text", text: t.text, pos: t.pos}, nil
	case tokColumn:
		return &node{op: "column", text: t.text, pos: t.pos}, nil
	case tokSign:
		if t.text == "(" {
			n, err := p.or()
			if err != nil {
				return nil, err
			}
			if _, ok := p.sign(")"); !ok {
				return nil, expressionError(p.peek().pos, "a closing bracket is missing").WithHint("check the brackets")
			}
			return n, nil
		}
	case tokName:
		low := strings.ToLower(t.text)
		if _, ok := p.sign("("); ok {
			list, err := p.list()
			if err != nil {
				return nil, err
			}
			return &node{op: "call", text: low, kids: list, pos: t.pos}, nil
		}
		switch low {
		case "true", "false", "missing":
			return &node{op: low, pos: t.pos}, nil
		case "and", "or", "not", "in", "is":
			return nil, expressionError(t.pos, "%q stands where a value should", t.text).WithHint("put a column of this name between backquotes")
		}
		return &node{op: "column", text: t.text, pos: t.pos}, nil
	}
	if t.kind == tokEnd {
		return nil, expressionError(t.pos, "the expression ends too early").WithHint("a value is missing at its end")
	}
	return nil, expressionError(t.pos, "%q stands where a value should", t.text).WithHint("check the signs before it")
}
