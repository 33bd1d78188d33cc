package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"shoptwin/app"
	"shoptwin/core/quality"
)

// sequenceFlags say that rows are events of customers.
func sequenceFlags(cmd *cobra.Command, s *app.SequenceChoice) {
	f := cmd.Flags()
	f.StringVar(&s.Owner, "owner", "", "rows are events of customers: the column that names whose; they are learned and drawn whole")
	f.StringVar(&s.Time, "time", "", "with --owner: the column that orders the events (default: the one with times)")
	f.StringVar(&s.Basket, "basket", "", "with --owner: the column that names what was bought together (default: the same moment)")
	f.StringVar(&s.Item, "item", "", "with --owner: the column of products (default: detected)")
	f.IntVar(&s.Customers, "customers", 0, "with --owner: how many to draw (default: as many as were learned from)")
}

// saySequence tells how customers compare.
func saySequence(w io.Writer, s *quality.Sequence) {
	if s == nil {
		return
	}
	fmt.Fprintf(w, "customers: %s, in order %.1f%%, visits whole %.1f%%, constant columns kept %.1f%%\n", grouped(int64(s.Owners)), 100*s.Order, 100*s.Whole, 100*s.Constant)
	for _, m := range s.Metrics {
		fmt.Fprintf(w, "  %-17s %.3f", m.Name, m.Score)
		if m.Ceiling != nil {
			fmt.Fprintf(w, "  (customers set aside: %.3f)", *m.Ceiling)
		}
		fmt.Fprintln(w)
	}
}
