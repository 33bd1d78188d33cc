package synth

import (
	"fmt"
	"strconv"
	"strings"

	"shoptwin/core"
)

// The header is lines of text and not JSON: with encoding/json the module that
// samples in a page would be 0.7 MB larger, and over its limit.

type headField struct {
	name  string
	value any // *string, *int, *uint64, *float64 or *bool
}

// head lists what the header holds. A test knows whether a field of Config is
// missing.
func (m *Model) head() []headField {
	c := &m.Config
	e := &c.Encode
	return []headField{
		{"trainRows", &m.TrainRows}, {"seed", &m.Seed}, {"trouble", &m.Trouble}, {"restarted", &m.Restarted},
		{"engine", &c.Engine}, {"steps", &c.Steps}, {"batch", &c.Batch}, {"hidden", &c.Hidden}, {"critic", &c.Critic}, {"latent", &c.Latent},
		{"learnRate", &c.LearnRate}, {"decay", &c.Decay}, {"moment", &c.Moment}, {"sigma", &c.Sigma}, {"gamma", &c.Gamma}, {"tau", &c.Tau},
		{"warmUp", &c.WarmUp}, {"ema", &c.EMA}, {"holdOut", &c.HoldOut}, {"rake", &c.Rake}, {"loss", &c.Loss}, {"depth", &c.Depth},
		{"epsilon", &c.Epsilon}, {"delta", &c.Delta}, {"personRows", &c.PersonRows}, {"person", &c.Person}, {"public", &c.Public}, {"repeatable", &c.Repeatable},
		{"trees", &c.Trees}, {"leaf", &c.Leaf}, {"share", &c.Share}, {"smooth", &c.Smooth},
		{"encode.bins", &e.Bins}, {"encode.minCount", &e.MinCount}, {"encode.maxLevels", &e.MaxLevels}, {"encode.maxGroups", &e.MaxGroups}, {"encode.maxWidth", &e.MaxWidth}, {"encode.person", &e.Person},
	}
}

// appendHead writes the fields that are not zero.
func (m *Model) appendHead(b []byte) []byte {
	for _, f := range m.head() {
		text := ""
		switch v := f.value.(type) {
		case *string:
			text = strconv.Quote(*v)
		case *int:
			text = strconv.Itoa(*v)
		case *uint64:
			text = strconv.FormatUint(*v, 10)
		case *float64:
			text = strconv.FormatFloat(*v, 'g', -1, 64)
		case *bool:
			text = strconv.FormatBool(*v)
		}
		if text != "0" && text != `""` && text != "false" {
			b = fmt.Appendf(b, "%s %s\n", f.name, text)
		}
	}
	return b
}

// readHead takes in what appendHead wrote. Names it does not know are passed
// over, so that a later version 2 can add some.
func (m *Model) readHead(b []byte) error {
	fields := m.head()
	for line := range strings.Lines(string(b)) {
		name, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		for _, f := range fields {
			if f.name != name {
				continue
			}
			var err error
			switch v := f.value.(type) {
			case *string:
				*v, err = strconv.Unquote(text)
			case *int:
				*v, err = strconv.Atoi(text)
			case *uint64:
				*v, err = strconv.ParseUint(text, 10, 64)
			case *float64:
				*v, err = strconv.ParseFloat(text, 64)
			case *bool:
				*v, err = strconv.ParseBool(text)
			}
			if err != nil {
				return core.Errorf(core.Invalid, "the header's %s is not readable: %w", name, err)
			}
		}
	}
	return nil
}
