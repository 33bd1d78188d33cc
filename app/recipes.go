package app

import (
	"embed"

	"shoptwin/core"
	"shoptwin/core/recipe"
)

// The recipes of the sample shop, in the order in which they run.
//
//go:embed recipes/*.json
var recipeFiles embed.FS

var sampleRecipes = []string{"receipts", "assortment", "calendar", "shopping"}

func demoRecipes() ([]*recipe.Recipe, error) {
	out := make([]*recipe.Recipe, len(sampleRecipes))
	for i, name := range sampleRecipes {
		f, err := recipeFiles.Open("recipes/" + name + ".json")
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if out[i], err = recipe.Parse(f); err != nil {
			return nil, core.Wrap(err, "recipe %s", name)
		}
	}
	return out, nil
}
