/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One system call of a client, made again in the fake kernel. Arguments are copied into the memory
 * of the simulated process and results copied back; an address the client has not mapped becomes
 * one that the simulated process has not mapped either, so the driver's own checks answer, in their
 * order (linux-tee.md 1.5).
 *
 * Not modelled: read, write and mmap of devices other than the TEE's, and pointers inside what
 * their commands carry.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/tee.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "host/exec.h"

#define SYSFS_ROOM 4096

/* Where the body that a buf_data points to goes. */
#define BODY 64u
#define BODY_MAX (EXEC_ARG_BYTES - BODY)
#define SPAN_MAX 512u /* which is read at once */

/* The TEE's names are ours whether they exist or not; of others those that a module registered. */
static bool is_device(const struct exec_thread *t, const char *path)
{
	return !strncmp(path, "/dev/tee", 8) ||
	       (!strncmp(path, "/dev/", 5) && klinux_device_node(t->process->x->k, path + 5));
}

static bool is_tee_attribute(const char *path)
{
	return !strncmp(path, "/sys/class/tee/", 15) || !strncmp(path, "/sys/bus/arm_ffa/", 17) ||
	       !strncmp(path, "/sys/bus/tee/", 13);
}

static bool is_attribute(const char *path)
{
	return !strncmp(path, "/sys/class/", 11) || !strncmp(path, "/sys/bus/", 9);
}

static int64_t open_attribute(struct exec_thread *t, const char *path, int flags)
{
	const long fd = ksys_open(path, flags);
	long n;

	if (fd < 0)
		return fd;
	n = ksys_read((int)fd, t->arg_addr, SYSFS_ROOM);
	ksys_close((int)fd);
	return n < 0 ? n : exec_text_give(t, t->arg, (size_t)n, flags & O_CLOEXEC);
}

static int64_t open_device(struct exec_thread *t, const char *path, int flags)
{
	const long fd = ksys_open(path, flags);
	int there;

	if (fd < 0)
		return fd;
	there = exec_file_give(t, (int)fd, path + 5, flags & O_CLOEXEC, NULL, 0);
	if (there < 0)
		ksys_close((int)fd);
	return there;
}

/* What a name in /dev says of itself; its number is not modelled. 0 or -ENOENT */
static int64_t device_exists(const char *path)
{
	const long fd = ksys_open(path, O_RDWR);

	if (fd >= 0)
		ksys_close((int)fd);
	return fd < 0 && fd != -EBUSY ? fd : 0;
}

static int64_t device_stat(struct exec_thread *t, const char *path, uint64_t addr)
{
	const struct stat st = {.st_mode = S_IFCHR | 0660,
				.st_nlink = 1,
				.st_uid = getuid(),
				.st_gid = getgid(),
				.st_blksize = 4096};
	const int64_t err = device_exists(path);

	return err ? err : notify_write(t->call.tid, addr, &st, sizeof(st)) ? 0 : -EFAULT;
}

static int64_t device_statx(struct exec_thread *t, const char *path, uint64_t addr)
{
	const struct statx st = {.stx_mask = STATX_BASIC_STATS,
				 .stx_mode = S_IFCHR | 0660,
				 .stx_nlink = 1,
				 .stx_uid = getuid(),
				 .stx_gid = getgid(),
				 .stx_blksize = 4096};
	const int64_t err = device_exists(path);

	return err ? err : notify_write(t->call.tid, addr, &st, sizeof(st)) ? 0 : -EFAULT;
}

/* Path, then what the call wants of it. */
static const uint64_t *path_args(const struct notify_call *c)
{
	return &c->arg[c->nr == SYS_open || c->nr == SYS_access || c->nr == SYS_stat ? 0 : 1];
}

static bool is_memory(const struct exec_file *f)
{
	return f && (f->pages || f->mirror);
}

bool exec_call_concerns(struct exec_thread *t)
{
	const struct notify_call *c = &t->call;
	const struct exec_file *f;

	if (c->nr == SYS_ioctl) {
		f = exec_file_find(t, (int)c->arg[0]);
		return f && !is_memory(f);
	}
	if (c->nr == SYS_mmap) /* of memory of no file, the descriptor counts for nothing */
		return !(c->arg[3] & MAP_ANONYMOUS) && exec_file_find(t, (int)c->arg[4]);
	return notify_read_string(c->tid, path_args(c)[0], t->path, sizeof(t->path)) &&
	       (is_device(t, t->path) || is_attribute(t->path));
}

/* A call that names a path: false = not about us. */
static bool path_call(struct exec_thread *t, int64_t *ret)
{
	const struct notify_call *c = &t->call;
	const uint64_t *arg = path_args(c);
	const bool opens = c->nr == SYS_openat || c->nr == SYS_open;
	const char *path = t->path;

	if (opens && is_attribute(path)) {
		*ret = open_attribute(t, path, (int)arg[1]);
		return *ret != -ENOENT || is_tee_attribute(path); /* else the host's */
	}
	if (!is_device(t, path))
		return false;
	if (opens)
		*ret = open_device(t, path, (int)arg[1]);
	else if (c->nr == SYS_statx)
		*ret = device_statx(t, path, c->arg[4]);
	else if (c->nr == SYS_stat || c->nr == SYS_newfstatat)
		*ret = device_stat(t, path, arg[1]);
	else
		*ret = device_exists(path);
	return true;
}

/* Which commands carry a buf_data, and so a second buffer. */
static bool has_body(unsigned cmd)
{
	return cmd == TEE_IOC_OPEN_SESSION || cmd == TEE_IOC_INVOKE || cmd == TEE_IOC_SUPPL_RECV ||
	       cmd == TEE_IOC_SUPPL_SEND;
}

/* A shared memory that the driver just made: its pages become the client's, its descriptor too. */
static int64_t give_memory(struct exec_thread *t, int fd)
{
	const struct tee_ioctl_shm_alloc_data *a = (const void *)t->arg;
	const long addr = ksys_mmap(a->size, 3, fd, 0);
	int64_t there = addr;
	void *pages;

	if (addr >= 0) {
		pages = kuser_ptr((uint64_t)addr, a->size);
		there = exec_file_give(t, fd, "tee-shm", false, pages, a->size);
		ksys_munmap((uint64_t)addr, a->size);
	}
	if (there < 0)
		ksys_close(fd);
	return there;
}

/* The results cannot be copied out: what the call made is taken back, as the core does. */
static int64_t undo(struct exec_thread *t, int fd, unsigned cmd, int ret)
{
	const struct tee_ioctl_open_session_arg *open = (const void *)(t->arg + BODY);
	const struct tee_ioctl_close_session_arg close = {.session = open->session};

	if (cmd == TEE_IOC_SHM_ALLOC) {
		ksys_close(ret);
	} else if (cmd == TEE_IOC_OPEN_SESSION) {
		memcpy(t->arg, &close, sizeof(close));
		ksys_ioctl(fd, TEE_IOC_CLOSE_SESSION, t->arg_addr);
	}
	return -EFAULT;
}

/* Both in one: most clients have argument and body in one structure or beside each other. */
static bool read_span(struct exec_thread *t, uint64_t addr, size_t bytes)
{
	const uint64_t from = addr < t->body_addr ? addr : t->body_addr;
	const uint64_t arg_end = addr + bytes, body_end = t->body_addr + t->body_bytes;
	const uint64_t to = arg_end > body_end ? arg_end : body_end;
	uint8_t span[SPAN_MAX];

	if (arg_end < addr || body_end < t->body_addr || to - from > sizeof(span) ||
	    !exec_read(t, from, span, to - from))
		return false;
	memcpy(t->arg, span + (addr - from), bytes);
	memcpy(t->arg + BODY, span + (t->body_addr - from), t->body_bytes);
	return true;
}

/* Copies the argument of @bytes in, and with it the body where the last call had it: one host call
 * less is an eighth of the whole. False = the argument is unmapped. */
static bool read_arg(struct exec_thread *t, uint64_t addr, size_t bytes, bool body, bool *have_body)
{
	const struct tee_ioctl_buf_data *head = (const void *)t->arg;

	*have_body = body && t->body_bytes && read_span(t, addr, bytes);
	if (*have_body) {
		*have_body = head->buf_ptr == t->body_addr && head->buf_len == t->body_bytes;
		return true;
	}
	return exec_read(t, addr, t->arg, bytes);
}

/* The parameters at the end of the body in t->arg; NULL = they do not fit in. */
static struct tee_ioctl_param *params_of(struct exec_thread *t, unsigned cmd, uint64_t body_bytes,
					 size_t *count)
{
	const size_t fixed = cmd == TEE_IOC_OPEN_SESSION ? sizeof(struct tee_ioctl_open_session_arg)
			     : cmd == TEE_IOC_INVOKE	 ? sizeof(struct tee_ioctl_invoke_arg)
							 : sizeof(struct tee_iocl_supp_recv_arg);
	uint32_t n;

	if (body_bytes < fixed)
		return NULL;
	memcpy(&n, t->arg + BODY + fixed - sizeof(n), sizeof(n));
	*count = n;
	return n <= (body_bytes - fixed) / sizeof(struct tee_ioctl_param)
		       ? (void *)(t->arg + BODY + fixed)
		       : NULL;
}

/* A call with a body, and with it memory that the client registered. */
static int64_t body_ioctl(struct exec_thread *t, const struct exec_file *device, int fd,
			  uint64_t arg, uint64_t body_bytes)
{
	const unsigned cmd = (unsigned)t->call.arg[1];
	size_t count;
	struct tee_ioctl_param *param = params_of(t, cmd, body_bytes, &count);
	int64_t ret;

	if (param && cmd != TEE_IOC_SUPPL_RECV)
		exec_mirror_fetch(t, device, param, count);
	ret = ksys_ioctl(fd, cmd, arg);
	param = params_of(t, cmd, body_bytes, &count); /* a request has others than was asked for */
	if (param)
		exec_mirror_put(t, device, param, count);
	return ret;
}

static int64_t tee_ioctl(struct exec_thread *t, struct exec_file *device, int fd)
{
	const struct notify_call *c = &t->call;
	const unsigned cmd = (unsigned)c->arg[1], bytes = _IOC_SIZE(cmd);
	struct tee_ioctl_buf_data *head = (void *)t->arg;
	uint64_t client_body = 0, arg = t->arg_addr, body_bytes = 0;
	bool have_body;
	int64_t ret;

	if (bytes > BODY)
		return -EINVAL;
	memset(t->arg, 0, BODY);
	if (!read_arg(t, c->arg[2], bytes, has_body(cmd), &have_body))
		arg = EXEC_UNMAPPED;
	else if (has_body(cmd)) {
		client_body = head->buf_ptr;
		body_bytes = head->buf_len < BODY_MAX ? head->buf_len : BODY_MAX;
		if (have_body || exec_read(t, client_body, t->arg + BODY, body_bytes)) {
			head->buf_ptr = t->arg_addr + BODY;
			t->body_addr = client_body;
			t->body_bytes = body_bytes;
		} else {
			head->buf_ptr = EXEC_UNMAPPED;
			body_bytes = 0;
		}
	} else if (cmd == TEE_IOC_SHM_REGISTER) {
		return exec_mirror_register(t, device, fd);
	}
	ret = has_body(cmd) ? body_ioctl(t, device, fd, arg, body_bytes) : ksys_ioctl(fd, cmd, arg);
	if (ret < 0)
		return ret;
	if (body_bytes ? !exec_write(t, client_body, t->arg + BODY, body_bytes)
		       : _IOC_DIR(cmd) & _IOC_READ && !has_body(cmd) &&
				 !exec_write(t, c->arg[2], t->arg, bytes))
		return undo(t, fd, cmd, (int)ret);
	return cmd == TEE_IOC_SHM_ALLOC ? give_memory(t, (int)ret) : ret;
}

/* Of another driver: the command says how large its argument is, and which way it travels. */
static int64_t other_ioctl(struct exec_thread *t, int fd)
{
	const struct notify_call *c = &t->call;
	const unsigned cmd = (unsigned)c->arg[1], bytes = _IOC_SIZE(cmd);
	uint64_t arg = bytes ? t->arg_addr : c->arg[2];
	int64_t ret;

	if (bytes > EXEC_ARG_BYTES)
		return -EINVAL;
	memset(t->arg, 0, bytes);
	if (_IOC_DIR(cmd) & _IOC_WRITE && !exec_read(t, c->arg[2], t->arg, bytes))
		arg = EXEC_UNMAPPED;
	ret = ksys_ioctl(fd, cmd, arg);
	if (ret >= 0 && _IOC_DIR(cmd) & _IOC_READ && !exec_write(t, c->arg[2], t->arg, bytes))
		return -EFAULT;
	return ret;
}

/* The client maps a shared memory's memfd itself; what the driver would refuse is refused
 * (linux-tee.md 1.1, 2.3). Not modelled: that the driver maps from the start whatever the offset.
 */
static bool mmap_call(struct exec_thread *t, int64_t *ret)
{
	const struct notify_call *c = &t->call;
	const struct exec_file *f = exec_file_find(t, (int)c->arg[4]);
	const uint64_t bytes = c->arg[1], offset = c->arg[5];

	*ret = is_memory(f) ? -EINVAL : -ENODEV;
	return f && (!f->pages || bytes > f->bytes || offset > f->bytes - bytes);
}

void exec_call(struct exec_thread *t)
{
	struct exec *x = t->process->x;
	struct exec_file *f;
	int64_t ret = 0;
	bool ours = false;

	if (t->call.nr == SYS_ioctl) {
		f = exec_file_find(t, (int)t->call.arg[0]);
		if (f && !is_memory(f)) {
			const int fd = exec_file_fd(t, f);

			ours = true;
			ret = fd < 0					   ? fd
			      : _IOC_TYPE(t->call.arg[1]) == TEE_IOC_MAGIC ? tee_ioctl(t, f, fd)
									   : other_ioctl(t, fd);
		}
	} else if (t->call.nr == SYS_mmap) {
		ours = mmap_call(t, &ret);
	} else {
		ours = path_call(t, &ret);
	}
	x->calls += ours;
	if (ours)
		notify_reply(&t->process->client->notify, &t->call, ret);
	else
		notify_continue(&t->process->client->notify, &t->call);
}
