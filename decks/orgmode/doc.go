// Package orgmode reads cards that people keep as headings of Org files, for two
// programs of Emacs: org-drill ([Drill]), whose history is in properties, and org-fc
// ([FC]), whose schedules are in drawers and whose answers are in a file of their own.
//
// What an Org file is made of follows its syntax document (orgmode.org/worg/org-syntax.html).
package orgmode
