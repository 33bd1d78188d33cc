package remote

import (
	"errors"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"shoptwin/core"
)

// A password is kept for one user of one database, comes back, and goes.
func TestKeyring(t *testing.T) {
	keyring.MockInit()
	mocked = true
	defer func() { mocked = false }()
	address := func(s string) Address {
		a, err := ParseAddress(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a, other := address("postgres://ada@host/shop"), address("postgres://bo@host/shop")
	if err := Remember(a, "se cret"); err != nil {
		t.Fatal(err)
	}
	if Recall(a) != "se cret" || Recall(address("postgresql://ada@host:5432/shop")) != "se cret" || Recall(other) != "" || Recall(address("x.db")) != "" {
		t.Errorf("%q, %q", Recall(a), Recall(other))
	}
	for range 2 {
		if err := Forget(a); err != nil || Recall(a) != "" {
			t.Errorf("%v: forgotten once or twice, there is %q", err, Recall(a))
		}
	}
	keyring.MockInitWithError(errors.New("locked, and se cret"))
	err := Remember(a, "se cret")
	if core.KindOf(err) != core.Unsupported || strings.Contains(err.Error(), "se cret") || Recall(a) != "" {
		t.Error(err)
	}
}
