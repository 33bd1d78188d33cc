package serve

import "testing"

// A page in a browser may name a server, but no file of this machine.
func TestIsServer(t *testing.T) {
	for from, want := range map[string]bool{
		"postgres://ada@host/shop":                             true,
		"mysql://ada@host:3307/shop?tls=true":                  true,
		"sqlserver://sa@host/shop":                             true,
		"postgres://ada@host/shop?sslrootcert=/etc/passwd":     false,
		"postgres://ada@host/shop?sslrootc%65rt=/etc/passwd":   false,
		"sqlserver://sa@host/shop?trustservercertificate=%2fx": false,
		"sqlite:///etc/passwd":                                 false,
		"/home/ada/shop.db":                                    false,
		"postgres://ada:secret@host/shop":                      false,
		"":                                                     false,
	} {
		if got := isServer(from); got != want {
			t.Errorf("%s: %v", from, got)
		}
	}
}
