// Package recipe holds the steps that clean, fuse and transform datasets, as
// data: readable JSON, checked before anything runs. Each step compiles to SQL
// of DuckDB over the step before; store/duck runs it.
package recipe

// Recipe is a list of steps that make one table out of the dataset From.
type Recipe struct {
	Name  string `json:"name"`
	From  string `json:"from"`
	Steps []Step `json:"steps"`
}

// Effect is what one step did.
type Effect struct {
	Step          int    `json:"step"` // from 1
	Do            string `json:"do"`
	Say           string `json:"say"` // a sentence in English
	RowsBefore    int64  `json:"rowsBefore"`
	RowsAfter     int64  `json:"rowsAfter"`
	CellsChanged  int64  `json:"cellsChanged"`
	ColumnsBefore int    `json:"columnsBefore"`
	ColumnsAfter  int    `json:"columnsAfter"`
}
