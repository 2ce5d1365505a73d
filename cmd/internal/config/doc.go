// Package config reads and writes a learner's one small settings file.
//
// It holds "name = value" lines; what follows "#" at the beginning of a line is
// a remark. [Config.Set] changes one line and leaves the others, remarks
// included, as they were.
package config
