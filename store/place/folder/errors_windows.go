package folder

import "golang.org/x/sys/windows"

// What disks and networks say of themselves.
var (
	refused = []error{windows.ERROR_WRITE_PROTECT}
	full    = []error{windows.ERROR_DISK_FULL, windows.ERROR_HANDLE_DISK_FULL}
	away    = []error{
		windows.ERROR_NOT_READY, windows.ERROR_BAD_NETPATH, windows.ERROR_BAD_NET_NAME,
		windows.ERROR_NETNAME_DELETED, windows.ERROR_NETWORK_UNREACHABLE, windows.ERROR_SEM_TIMEOUT,
		windows.ERROR_DEVICE_NOT_CONNECTED, windows.ERROR_CLOUD_FILE_PROVIDER_NOT_RUNNING,
	}
)
