package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof" // puts /debug/pprof on the default handler, as services do
)

// servePprof lets the rest of this machine look at the goroutines, and says where.
func servePprof() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for pprof: %w", err)
	}
	fmt.Printf("pprof %s\n", listener.Addr())
	go http.Serve(listener, nil)
	return nil
}
