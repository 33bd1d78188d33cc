package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
)

// seal returns a value as it lies in the file: the SHA-256 of its bytes, then
// the bytes. bbolt itself would not notice a flipped bit in a value.
func seal(b []byte) []byte {
	sum := sha256.Sum256(b)
	return append(sum[:], b...)
}

var errSeal = errors.New("its bytes do not match their SHA-256")

// unseal returns the bytes of a sealed value, which it shares.
func unseal(v []byte) ([]byte, error) {
	if len(v) < sha256.Size {
		return nil, errSeal
	}
	b := v[sha256.Size:]
	if sum := sha256.Sum256(b); !bytes.Equal(sum[:], v[:sha256.Size]) {
		return nil, errSeal
	}
	return b, nil
}

// pack seals v as JSON. Its types always encode, except for a Meta that is
// not JSON, which Put refuses.
func pack(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return seal(b)
}

func unpack(sealed []byte, v any) error {
	b, err := unseal(sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

func sizes(have, want int64) string {
	return fmt.Sprintf("%d bytes of %d are there", have, want)
}
