/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases of the object half: each answers 0, or the line of the check that failed. */
#ifndef FFASIM_TEST_KOBJ_CASES_H
#define FFASIM_TEST_KOBJ_CASES_H

/* clang-format off */
#define KOBJ_CASES(X) \
	X(list) X(xarray_alloc) X(xarray_insert_erase) X(xarray_walk) X(idr) X(ida) \
	X(bitmap) X(hashtable) X(uuid) X(format) X(arithmetic) X(scatter_merge) \
	X(scatter_offset) X(genpool) X(kmalloc) X(kmalloc_zero_size) X(kmalloc_reuse) \
	X(double_free) X(bad_free) X(use_after_free_at_end) X(use_after_free_at_reuse) \
	X(out_of_bounds) X(out_of_bounds_odd) X(leaks) X(page_leaks) X(pages) \
	X(pages_limits) X(slab_page_refs) X(faults) X(bus_probe_order) \
	X(bus_driver_first) X(probe_fails) X(device_lifetime) X(release_waits) \
	X(class_find) X(attributes) X(notifier_order) X(open_errors) X(lowest_fd) \
	X(fd_limit) X(ioctl_result) X(cdev_pins) X(cdev_del_keeps_files) \
	X(fput_deferred) X(mapping_keeps_file) X(exit_order) X(mmap_errors) \
	X(copy_faults) X(copy_across) X(access_ok_ranges) X(iov_pins) X(log_ring) \
	X(warn_on)
/* clang-format on */

#define KOBJ_DECLARE(name) int kcase_##name(void);
KOBJ_CASES(KOBJ_DECLARE)
#undef KOBJ_DECLARE

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond))                                                                       \
			return __LINE__;                                                           \
	} while (0)

/* mini_world.c: runs @fn as a user task of a fresh machine; its answer. */
int mini_run(int (*fn)(void));
void mini_user_mode(void);    /* runs queued task work, as return to user mode does */
void mini_exit_process(void); /* exit(2): mappings go, then files, then task work */
unsigned long long mini_now_ns(void);
unsigned mini_findings(void);
/* The text of finding @i ("" past the end). */
const char *mini_finding(unsigned i);
struct klinux *mini_linux(void);

#endif
