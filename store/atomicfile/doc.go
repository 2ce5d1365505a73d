// Package atomicfile writes files so that an interruption, a full disk or a
// power cut leaves the old one or all of the new one, and nothing else.
//
// [Write] writes one file. [Begin] writes several that belong together, with a
// journal that tells the next run what is left to do: see [Step]. Both write
// aside first, bring that to disk, and only then give it its name; a name is
// brought to disk with the folder that it is in. What is aside is locked while
// somebody writes it, so that what a killed process left can be told from what is
// in the making, and is removed by whoever writes there next.
//
// On disks that do not keep what they say they keep, and on network file systems
// without locks, it is as safe as those are.
package atomicfile
