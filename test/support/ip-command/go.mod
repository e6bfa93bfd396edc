module stills.dev/test/ip-command

go 1.24.0

// The version that is built and required.
require github.com/u-root/u-root v0.15.0 // indirect

require (
	github.com/vishvananda/netlink v1.3.0 // indirect
	github.com/vishvananda/netns v0.0.4 // indirect
	golang.org/x/sys v0.31.0 // indirect
)

tool github.com/u-root/u-root/cmds/core/ip
