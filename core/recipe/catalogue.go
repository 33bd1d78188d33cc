package recipe

import (
	"maps"
	"slices"
	"strings"
)

// Kind describes one kind of step to a front end that lets people build one.
type Kind struct {
	Do     string  `json:"do"`
	Group  string  `json:"group"` // rows, cells, columns, tables, time, private
	Inputs []Input `json:"inputs"`
}

// Input is one field of a step.
type Input struct {
	Name string `json:"name"` // of the field in JSON
	// Type is how it is asked for: column, columns, list (of text), lists (of
	// whole numbers), table, tables, number, whole, truth, text, expression,
	// keys (of a join), names (text to text), rates (text to number), map.
	Type    string   `json:"type"`
	Of      string   `json:"of,omitempty"` // number, text, time, or ordered (number or time): the columns it takes
	Needed  bool     `json:"needed,omitempty"`
	Choices []string `json:"choices,omitempty"` // it is one of these, or a list of some of them
	Default string   `json:"default,omitempty"` // what it is when left out
}

// types of inputs that are not text, by their names.
var types = map[string]string{
	"columns": "columns", "per": "columns", "using": "columns", "order": "column", "unit": "column", "at": "keys",
	"day_first": "truth", "iqr": "number", "factor": "number", "min": "number", "max": "number", "share": "number",
	"similarity": "number", "days": "number", "width": "number", "levels": "whole", "count": "whole", "rows": "whole",
	"first": "whole", "last": "whole", "k": "whole", "seed": "whole", "lags": "lists", "clean": "list", "make": "list",
	"parts": "list", "on": "keys", "table": "table", "tables": "tables", "where": "expression", "expr": "expression",
	"names": "names", "rates": "rates", "map": "map",
}

// Catalogue lists all kinds of steps, by group and name.
func Catalogue() []Kind {
	groups := []string{"rows", "cells", "columns", "tables", "time", "private"}
	var out []Kind
	for _, do := range slices.Sorted(maps.Keys(kinds)) {
		out = append(out, Kind{Do: do, Group: kinds[do].group, Inputs: inputs(kinds[do].uses)})
	}
	slices.SortStableFunc(out, func(a, b Kind) int { return slices.Index(groups, a.Group) - slices.Index(groups, b.Group) })
	return out
}

// inputs reads the list of a kind's fields: name, then :kind of columns, !
// when needed, =choices parted by |, and ~default.
func inputs(uses string) []Input {
	var out []Input
	for word := range strings.FieldsSeq(uses) {
		var i Input
		word, i.Default, _ = strings.Cut(word, "~")
		word, choices, some := strings.Cut(word, "=")
		if some {
			i.Choices = strings.Split(choices, "|")
		}
		word, i.Needed = strings.CutSuffix(word, "!")
		i.Name, i.Of, _ = strings.Cut(word, ":")
		if i.Type = types[i.Name]; i.Type == "" {
			i.Type = "text"
		}
		out = append(out, i)
	}
	return out
}
