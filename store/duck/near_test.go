package duck

import "testing"

func TestNearDuplicates(t *testing.T) {
	const people = "name,city,tel\nJohn Smith,York,\nAnn Lee,Hull,5\nJon Smith,York,7\nJohn  SMITH,York,\nJon Smith,Leeds,1\nAnn Lea,Hull,\nBob,York,\n"
	try(t, nil, []tried{
		{"keep the first", people, `{"do": "near_duplicates", "columns": ["name"], "per": ["city"], "similarity": 0.85}`,
			"name|city|tel\nJohn Smith|York|\nAnn Lee|Hull|5\nJon Smith|Leeds|1\nBob|York|", "3 rows were dropped as nearly equal to another: 2 groups alike in name by at least 0.85"},
		{"keep the most complete", people, `{"do": "near_duplicates", "columns": ["name", "city"], "keep": "complete", "similarity": 0.85}`,
			"name|city|tel\nAnn Lee|Hull|5\nJon Smith|York|7\nJon Smith|Leeds|1\nBob|York|", "3 rows"},
		{"mark", people, `{"do": "near_duplicates", "columns": ["name", "city"], "then": "mark", "similarity": 1}, {"do": "filter", "where": "duplicate = 'true'"}`,
			"name|city|tel|duplicate\nJohn  SMITH|York||true", ""},
		{"none", "a\nx\n", `{"do": "near_duplicates", "columns": ["a"]}`, "a\nx", "0 rows"},
		{"keep the last of equal keys", "k,v\na,1\nb,2\na,3\n", `{"do": "drop_duplicates", "columns": ["k"], "keep": "last"}`, "k|v\nb|2\na|3", "1 rows equal to another in k were dropped; the last ones were kept"},
		{"keep the most complete of equal keys", "k,v,w\na,,\nb,2,1\na,3,\na,4,\n", `{"do": "drop_duplicates", "columns": ["k"], "keep": "complete"}`, "k|v|w\nb|2|1\na|3|", "most complete"},
	})
}

func TestConvert(t *testing.T) {
	try(t, nil, []tried{
		{"mass", "w\n2.5 kg\n300g\n1lb\n\"1,000 g\"\n4\nheavy\n3 ft\n5公斤\n", `{"do": "convert", "columns": ["w"], "to": "kg"}`,
			"w\n2.5\n0.3\n0.45359237\n1\n4\n\n\n5", "w is in kg: 6 cells were converted, 2 could not be read"},
		{"currencies", "p\n$10.00\n€5\n\"1,200 USD\"\n(3) USD\nGBP 4\n7.50\n", `{"do": "convert", "columns": ["p"], "to": "EUR", "rates": {"USD": 0.5}}`,
			"p\n5.0\n5.0\n600.0\n\n\n7.5", "4 cells were converted, 2 could not be read"},
		{"decimal commas", "p\n\"1.200,50 €\"\n\"3,5\"\n", `{"do": "convert", "columns": ["p"], "to": "EUR", "decimal": ",", "rates": {"USD": 0.5}}`, "p\n1200.5\n3.5", ""},
		{"a column of units", "w,u\n2,kg\n500,G\n3,\n4,yard\n", `{"do": "convert", "columns": ["w"], "to": "kg", "unit": "u"}`, "w|u\n2.0|kg\n0.5|G\n|\n|yard", "2 could not be read"},
		{"no such unit", "w\n2 kg\n", `{"do": "convert", "columns": ["w"], "to": "EUR"}`, "", `"EUR" is no unit that is known`},
		{"nothing fits", "w\n2 kg\n", `{"do": "convert", "columns": ["w"], "to": "m"}`, "", "not one of 1 cells"},
		{"numbers", "w\n2\n", `{"do": "convert", "columns": ["w"], "to": "m"}`, "", "numbers without a unit"},
	})
}
