// Shoptwin is a private twin of a shop: synthetic data, recommendations and
// promotion what-ifs from a shop's own files, on the analyst's own laptop.
package main

import (
	"os"

	"shoptwin/app/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
}
