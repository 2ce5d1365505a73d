// Package screentest runs programs on a pseudo-terminal and tells what a
// person would see there. Only tests import it.
package screentest
