// Interop is the Go side of the integration tests: it takes locks, leads elections and leaks sessions with
// etcd's own client, so that what the tests see is what a Go service really writes.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"google.golang.org/grpc"
)

// Exit codes; a usage error has sysexits' number.
const (
	exitBroken      = 1 // a promise of the lock was broken: a violation, or a lock that was lost
	exitUnavailable = 3 // etcd did not do what it was asked, or the program was stopped before it was done
	exitUsage       = 64
)

const dialTimeout = 5 * time.Second

// errBroken marks what must end in exitBroken.
var errBroken = errors.New("lock broken")

type command struct {
	flags *flag.FlagSet
	run   func(ctx context.Context, cli *etcdClient) error
}

var commands = map[string]func() command{
	"contend":  contendCommand,
	"hold":     holdCommand,
	"leak":     leakCommand,
	"elect":    electCommand,
	"shared":   sharedCommand,
	"scenario": scenarioCommand,
}

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	create, known := commands[os.Args[1]]
	if !known {
		usage()
	}
	cmd := create()
	endpoints := cmd.flags.String("endpoints", "", "comma-separated etcd `endpoints`")
	parse(cmd.flags, os.Args[2:])
	os.Exit(exitCode(runConnected(cmd, strings.Split(*endpoints, ","))))
}

func runConnected(cmd command, endpoints []string) error {
	ctx := stopContext()
	cli, err := newClient(etcdConfig{
		Endpoints:   endpoints,
		DialTimeout: dialTimeout,
		DialOptions: []grpc.DialOption{grpc.WithBlock()},
	})
	if err != nil {
		return fmt.Errorf("connect to %s: %w", strings.Join(endpoints, ","), err)
	}
	defer cli.Close()
	err = cmd.run(ctx, cli)
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("stopped before it was done: %w", err)
	}
	return err
}

// parse insists on every flag that has no default: an empty name would lock the whole key space.
func parse(flags *flag.FlagSet, args []string) {
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(0)
		}
		os.Exit(exitUsage)
	}
	if flags.NArg() > 0 {
		fail(exitUsage, fmt.Errorf("unexpected argument %q", flags.Arg(0)))
	}
	flags.VisitAll(func(f *flag.Flag) {
		if f.Value.String() == "" {
			fail(exitUsage, fmt.Errorf("--%s is missing", f.Name))
		}
	})
}

func usage() {
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	fail(exitUsage, fmt.Errorf("usage: interop %s --endpoints E …", strings.Join(names, "|")))
}

func exitCode(err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errBroken):
		report(err)
		return exitBroken
	default:
		report(err)
		return exitUnavailable
	}
}

func report(err error) {
	fmt.Fprintf(os.Stderr, "interop: %v\n", err)
}

func fail(code int, err error) {
	report(err)
	os.Exit(code)
}

func newFlags(name string) *flag.FlagSet {
	return flag.NewFlagSet("interop "+name, flag.ContinueOnError)
}

func ttlFlag(flags *flag.FlagSet) *int {
	return flags.Int("ttl", 60, "lease TTL in `seconds`; the default is the Go client's")
}
