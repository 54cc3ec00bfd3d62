/* SPDX-License-Identifier: BSD-3-Clause */
/* An ordinary program for /dev/idiom (tests/modules/idioms): says what it got. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(void)
{
	unsigned v[2] = {40, 2};
	struct stat st;
	int fd = open("/dev/idiom", O_RDWR);

	printf("stat %d, open %d, ", stat("/dev/idiom", &st) ? errno : S_ISCHR(st.st_mode),
	       fd >= 0);
	printf("add %d", ioctl(fd, _IOWR('i', 1, unsigned[2]), v));
	printf(" %u, double %d, ", v[0], ioctl(fd, _IO('i', 2), 21));
	printf("bad %d, ", ioctl(fd, _IOWR('i', 1, unsigned[2]), (void *)8) ? errno : 0);
	printf("unknown %d\n", ioctl(fd, _IO('i', 9), 0) ? errno : 0);
	return close(fd);
}
