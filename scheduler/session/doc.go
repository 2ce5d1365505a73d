// Package session decides which card is asked next, and when to stop.
package session
