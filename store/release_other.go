//go:build !unix

package store

import "os"

func release(f *os.File) { f.Close() }
