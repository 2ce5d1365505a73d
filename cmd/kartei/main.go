// Kartei drills facts, written as plain text, in the terminal.
package main

import (
	"os"

	"kartei/cmd/internal/cli"
	"kartei/cmd/internal/heap"
)

func main() {
	heap.Begin()
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
