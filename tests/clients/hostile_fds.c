/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A descriptor number means what the kernel's table says at the moment of the call (linux-tee.md
 * 1.1, 2.2): the device's after dup(), fork() and SCM_RIGHTS, and no longer once it was closed or
 * replaced in whatever way.
 */
#include "hostile.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define SPARE 40 /* a number that nothing else has */

static void works(const char *what, int fd)
{
	struct tee_ioctl_version_data v;

	expect(what, ioctl(fd, TEE_IOC_VERSION, &v), 0);
}

static void is(const char *what, int fd, int err)
{
	struct tee_ioctl_version_data v;

	expect(what, ioctl(fd, TEE_IOC_VERSION, &v), err);
}

/* Each time the number was used as the device's just before. */
static void replaced(int device)
{
	const int null = open("/dev/null", O_RDWR);
	const int other = dup(device);

	works("dup", other);
	works("before close", device);
	close(other);
	is("closed", other, EBADF);
	expect("the number again", dup2(null, other), 0);
	is("reused", other, ENOTTY);
	dup2(device, other);
	works("dup2 of the device", other);
	dup3(null, other, O_CLOEXEC);
	is("dup3 over it", other, ENOTTY);
	dup2(device, other);
	works("dup2 again", other);
	syscall(SYS_close_range, other, other, 0);
	is("close_range", other, EBADF);
	expect("high number", fcntl(device, F_DUPFD, 200) >= 200 ? 0 : -1, 0);
	works("a high number", 200);
	dup2(null, 200);
	is("a high number replaced", 200, ENOTTY);
	close(200);
	close(null);
	works("the first one all the while", device);
}

static void wait_for(const char *what, pid_t child)
{
	int status;

	errno = ECHILD;
	expect(what, waitpid(child, &status, 0) == child && !status ? 0 : -1, 0);
}

/* What a child does with its copy of the table is its own. */
static void in_a_child(int device)
{
	pid_t child;
	int null;

	works("before fork", device);
	child = fork();
	if (!child) {
		struct tee_ioctl_version_data v;

		null = open("/dev/null", O_RDWR);
		if (ioctl(device, TEE_IOC_VERSION, &v) || dup2(null, device) != device)
			_exit(1);
		_exit(!ioctl(device, TEE_IOC_VERSION, &v) || errno != ENOTTY);
	}
	wait_for("a child's number", child);
	works("after the child", device);
}

static void after_exec(int device)
{
	pid_t child;

	works("before exec", device);
	child = fork();
	if (!child) {
		char number[12];

		snprintf(number, sizeof(number), "%d", device);
		fcntl(device, F_SETFD, 0);
		dup3(device, SPARE, O_CLOEXEC);
		works("closed on exec", SPARE);
		execl("/proc/self/exe", "hostile_client", "exec", number, NULL);
		_exit(2);
	}
	wait_for("exec", child);
}

int hostile_after_exec(const char *number)
{
	struct tee_ioctl_version_data v;

	if (ioctl(atoi(number), TEE_IOC_VERSION, &v))
		return 3;
	return !ioctl(SPARE, TEE_IOC_VERSION, &v) || errno != EBADF;
}

static void send_fd(int sock, int fd)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control = {.head = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	expect("sendmsg", sendmsg(sock, &m, 0), 0);
}

static int receive_fd(int sock)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(int))];
	} control;
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	int fd = -1;

	if (recvmsg(sock, &m, 0) == 1 && m.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(&control.head), sizeof(fd));
	return fd;
}

/* A process that never opened it is sent the device, and with it the sender's session and memory.
 */
static void sent(const struct ts_client *c)
{
	int pair[2];
	pid_t child;

	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	child = fork();
	if (!child) {
		struct ts_client mine = *c;
		size_t got;

		close(c->fd);
		mine.fd = receive_fd(pair[1]);
		memcpy(mine.buf, "sent", 4);
		_exit(mine.fd < 0 || ts_call(&mine, ECHO_ECHO, 4, &got) || got != 4);
	}
	send_fd(pair[0], c->fd);
	close(pair[0]);
	close(pair[1]);
	wait_for("a device that was sent", child);
}

/* A descriptor of memory is no device, the device's is no memory (linux-tee.md 2.3). */
static void maps(const struct ts_client *c)
{
	struct tee_ioctl_shm_alloc_data a = {.size = 8192};
	const int fd = ioctl(c->fd, TEE_IOC_SHM_ALLOC, &a);
	void *p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, c->fd, 0);

	expect("mmap of the device", p == MAP_FAILED ? -1 : 0, ENODEV);
	p = mmap(NULL, 3 * 4096, PROT_READ, MAP_SHARED, fd, 0);
	expect("mmap of more than there is", p == MAP_FAILED ? -1 : 0, EINVAL);
	p = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 4096);
	expect("mmap behind the end", p == MAP_FAILED ? -1 : 0, EINVAL);
	p = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
	expect("mmap", p == MAP_FAILED ? -1 : 0, 0);
	munmap(p, 8192);
	close(fd);
}

void hostile_descriptors(const struct ts_client *c)
{
	const struct tee_ioctl_shm_alloc_data ask = {.size = 4096};
	struct tee_ioctl_shm_alloc_data a = ask;
	const int fd = ioctl(c->fd, TEE_IOC_SHM_ALLOC, &a);

	is("an ioctl of memory", fd, ENOTTY);
	close(fd);
	is("no descriptor", -1, EBADF);
	is("a number far off", 1 << 20, EBADF);
	replaced(c->fd);
	in_a_child(c->fd);
	after_exec(c->fd);
	sent(c);
	maps(c);
}
