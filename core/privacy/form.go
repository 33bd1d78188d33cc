package privacy

import (
	"fmt"
	"strconv"
	"strings"

	"shoptwin/core"
)

// Append appends s as lines of a name and a value.
func (s *Statement) Append(b []byte) []byte {
	b = fmt.Appendf(b, "epsilon %v\ndelta %v\nrho %v\nspent %v\nrows %d\nperson %q\nrepeatable %v\n",
		s.Epsilon, s.Delta, s.Rho, s.Spent, s.Rows, s.Person, s.Repeatable)
	for _, c := range s.Costs {
		b = fmt.Appendf(b, "cost %d %v %v %q\n", c.Times, c.Rho, c.Delta, c.What)
	}
	for _, p := range s.Public {
		b = fmt.Appendf(b, "public %q\n", p)
	}
	return b
}

// Read reads what Append wrote. Names it does not know are passed over.
func (s *Statement) Read(b []byte) error {
	*s = Statement{}
	for line := range strings.Lines(string(b)) {
		name, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		var err error
		switch name {
		case "epsilon":
			s.Epsilon, err = amount(text)
		case "delta":
			s.Delta, err = amount(text)
		case "rho":
			s.Rho, err = amount(text)
		case "spent":
			s.Spent, err = amount(text)
		case "rows":
			s.Rows, err = strconv.Atoi(text)
		case "person":
			s.Person, err = strconv.Unquote(text)
		case "repeatable":
			s.Repeatable, err = strconv.ParseBool(text)
		case "cost":
			err = s.readCost(text)
		case "public":
			var p string
			p, err = strconv.Unquote(text)
			s.Public = append(s.Public, p)
		}
		if err != nil {
			return core.Errorf(core.Invalid, "the privacy statement's %s is not readable: %w", name, err)
		}
	}
	return nil
}

func (s *Statement) readCost(text string) (err error) {
	part := strings.SplitN(text, " ", 4)
	if len(part) < 4 {
		return core.Errorf(core.Invalid, "cut off")
	}
	var c Cost
	if c.Times, err = strconv.Atoi(part[0]); err != nil {
		return err
	}
	if c.Rho, err = amount(part[1]); err != nil {
		return err
	}
	if c.Delta, err = amount(part[2]); err != nil {
		return err
	}
	c.What, err = strconv.Unquote(part[3])
	s.Costs = append(s.Costs, c)
	return err
}

// amount reads a number that is not negative, and finite.
func amount(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	if err == nil && !(x >= 0 && x <= 1e300) {
		err = core.Errorf(core.Invalid, "%s is no amount", text)
	}
	return x, err
}
