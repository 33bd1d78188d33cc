package serve

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// mostQueries is how many lists one request may ask for.
const mostQueries = 1000

// recommend answers with lists from the project's newest recommender.
//
//	GET  /recommend/{project}?customer=C&k=10&new=1&exclude=X&only=Y&item=Z
//	POST /recommend/{project}   one query, or an array of up to 1,000
//
// exclude, only and item may come several times. A query as JSON is a
// [recommend.Query]: customer, items, k, new, exclude, only. The answer to one
// query is a [recommend.Answer]: customer, items (item, score, had, from) and a
// note where something was not known; to an array, an array in its order. An
// unknown customer gets what is popular, with a note. 404 says that the project
// has no recommender yet. Requests pass the same checks as the page's.
func (h *handler) recommend(w http.ResponseWriter, r *http.Request) {
	m, err := h.API.Recommender(r.PathValue("project"))
	if err != nil {
		fail(w, err)
		return
	}
	queries, many, err := queriesOf(w, r)
	if err != nil {
		fail(w, err)
		return
	}
	answers := make([]recommend.Answer, len(queries))
	for i, q := range queries {
		if answers[i], err = m.Ask(q); err != nil {
			fail(w, err)
			return
		}
	}
	if many {
		reply(w, http.StatusOK, answers)
		return
	}
	reply(w, http.StatusOK, answers[0])
}

// queriesOf reads the queries of a request; many says that they were an array.
func queriesOf(w http.ResponseWriter, r *http.Request) (queries []recommend.Query, many bool, err error) {
	if r.Method == http.MethodGet {
		v := r.URL.Query()
		q := recommend.Query{Customer: v.Get("customer"), Items: v["item"], New: v.Get("new") == "1" || v.Get("new") == "true", Exclude: v["exclude"], Only: v["only"]}
		if k := v.Get("k"); k != "" {
			if q.K, err = strconv.Atoi(k); err != nil {
				return nil, false, core.Errorf(core.Invalid, "k is %q, no whole number", k)
			}
		}
		return []recommend.Query{q}, false, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCall))
	if err != nil {
		return nil, false, bodyError(err, "recommend")
	}
	body = bytes.TrimSpace(body)
	if many = len(body) > 0 && body[0] == '['; many {
		err = json.Unmarshal(body, &queries)
	} else {
		queries = make([]recommend.Query, 1)
		err = json.Unmarshal(body, &queries[0])
	}
	switch {
	case err != nil:
		return nil, many, core.Errorf(core.Invalid, "the query is not JSON as it should be: %w", err).WithHint(`such as {"customer": "C00001", "k": 20}`)
	case len(queries) > mostQueries:
		return nil, many, core.Errorf(core.Invalid, "%d queries came at once", len(queries)).WithHint("send at most %d", mostQueries)
	}
	return queries, many, nil
}
