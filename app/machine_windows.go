package app

import (
	"syscall"
	"unsafe"
)

var (
	kernel32   = syscall.NewLazyDLL("kernel32.dll")
	memoryStat = kernel32.NewProc("GlobalMemoryStatusEx")
	diskFree   = kernel32.NewProc("GetDiskFreeSpaceExW")
)

// memoryBytes is this machine's memory; 0 where that is not known.
func memoryBytes() int64 {
	var st struct { // MEMORYSTATUSEX
		length, load uint32
		total        uint64
		rest         [6]uint64
	}
	st.length = uint32(unsafe.Sizeof(st))
	if ok, _, _ := memoryStat.Call(uintptr(unsafe.Pointer(&st))); ok == 0 {
		return 0
	}
	return int64(st.total)
}

// freeBytes is the room on the disk of a folder; -1 where that is not known.
func freeBytes(dir string) int64 {
	path, err := syscall.UTF16PtrFromString(dir)
	if err != nil {
		return -1
	}
	var free uint64
	if ok, _, _ := diskFree.Call(uintptr(unsafe.Pointer(path)), uintptr(unsafe.Pointer(&free)), 0, 0); ok == 0 {
		return -1
	}
	return int64(free)
}
