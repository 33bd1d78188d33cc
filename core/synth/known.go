package synth

import (
	"strconv"
	"strings"

	"shoptwin/core"
	"shoptwin/core/encode"
)

// readKnown reads Config.Public.
func readKnown(s string) (map[string]encode.Known, error) {
	known := map[string]encode.Known{}
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		i := strings.LastIndexByte(line, '=')
		if i <= 0 {
			return nil, core.Errorf(core.Invalid, "%q does not say what is public of a column", line).WithHint("write age=0..120, or sex=Female|Male")
		}
		name, what := line[:i], line[i+1:]
		k := encode.Known{}
		if lo, hi, ok := strings.Cut(what, ".."); ok {
			var bad, worse error
			k.Lo, bad = strconv.ParseFloat(lo, 64)
			k.Hi, worse = strconv.ParseFloat(hi, 64)
			if bad != nil || worse != nil || !(k.Hi > k.Lo) || k.Hi-k.Lo > 1e300 {
				return nil, core.Errorf(core.Invalid, "the public range of column %q, %q, is not two numbers", name, what).WithHint("write the lower one first: age=0..120")
			}
		} else {
			k.Levels = strings.Split(what, "|")
			seen := map[string]bool{}
			for _, l := range k.Levels {
				if l == "" || seen[l] {
					return nil, core.Errorf(core.Invalid, "the public values of column %q are empty or named twice", name)
				}
				seen[l] = true
			}
		}
		known[name] = k
	}
	return known, nil
}
