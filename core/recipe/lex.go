package recipe

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"shoptwin/core"
)

// The expression language of filter and derive.
//
//	quantity * price > 100 and not lower(city) in ("york", "leeds")
//	if(customer is missing, "guest", customer)
//
// Names of columns stand bare, or between backquotes or square brackets when
// they hold spaces or other signs. Text stands between ' or ", doubled to mean
// itself. Operators, from weak to strong: or, and, not, comparison (= == != <>
// < <= > >=, in, not in, is missing, is not missing), + -, * / %, unary -, ^.
// A time compares with text that is a date. An operation on a missing value is
// missing, and a filter keeps a row only when its expression is true.

const (
	maxExpression = 10000 // bytes
	maxDepth      = 200   // of nesting
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokNumber
	tokText
	tokName   // bare: a column, a function or a word of the language
	tokColumn // quoted
	tokSign
)

type token struct {
	kind tokenKind
	text string
	num  float64
	pos  int // bytes from the start
}

func expressionError(pos int, format string, args ...any) *core.Error {
	e := core.Errorf(core.Invalid, format, args...)
	e.Message = "character " + strconv.Itoa(pos+1) + ": " + e.Message
	return e
}

// lex cuts an expression into tokens.
func lex(s string) ([]token, error) {
	if len(s) > maxExpression {
		return nil, core.Errorf(core.Invalid, "the expression is longer than %d characters", maxExpression).WithHint("split it over several derive steps")
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return nil, core.Errorf(core.Invalid, "the expression is not valid text").WithHint("type it again")
	}
	var out []token
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		start := i
		switch {
		case unicode.IsSpace(r):
			i += size
			continue
		case r >= '0' && r <= '9' || r == '.' && i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9':
			for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == 'e' || s[i] == 'E' ||
				(s[i] == '+' || s[i] == '-') && (s[i-1] == 'e' || s[i-1] == 'E')) {
				i++
			}
			x, err := strconv.ParseFloat(s[start:i], 64)
			if err != nil {
				return nil, expressionError(start, "%q is not a number", s[start:i]).WithHint("write it as 1234.5")
			}
			out = append(out, token{tokNumber, s[start:i], x, start})
		case r == '\'' || r == '"':
			text, n, ok := quoted(s[i:], byte(r))
			if !ok {
				return nil, expressionError(start, "text that is opened with %c is not closed", r).WithHint("close it with the same sign")
			}
			i += n
			out = append(out, token{tokText, text, 0, start})
		case r == '`':
			text, n, ok := quoted(s[i:], '`')
			if !ok {
				return nil, expressionError(start, "a column name that is opened with ` is not closed").WithHint("close it with the same sign")
			}
			i += n
			out = append(out, token{tokColumn, text, 0, start})
		case r == '[':
			end := strings.IndexByte(s[i:], ']')
			if end < 0 {
				return nil, expressionError(start, "a column name that is opened with [ is not closed").WithHint("close it with ]")
			}
			out = append(out, token{tokColumn, s[i+1 : i+end], 0, start})
			i += end + 1
		case r == '_' || unicode.IsLetter(r):
			for i < len(s) {
				r, size := utf8.DecodeRuneInString(s[i:])
				if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
					break
				}
				i += size
			}
			out = append(out, token{tokName, s[start:i], 0, start})
		default:
			sign := ""
			for _, op := range []string{"<=", ">=", "<>", "!=", "==", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", ","} {
				if strings.HasPrefix(s[i:], op) {
					sign = op
					break
				}
			}
			if sign == "" {
				return nil, expressionError(start, "%q has no meaning here", string(r)).WithHint("put column names with special signs between backquotes")
			}
			i += len(sign)
			out = append(out, token{tokSign, sign, 0, start})
		}
	}
	return append(out, token{tokEnd, "", 0, len(s)}), nil
}

// quoted returns the text between two quotes, doubled ones undone, and the
// bytes used.
func quoted(s string, quote byte) (text string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != quote {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			b.WriteByte(quote)
			i++
			continue
		}
		return b.String(), i + 1, true
	}
	return "", 0, false
}
