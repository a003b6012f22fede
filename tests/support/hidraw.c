/*
 * Puts tokens in software where Linux has tokens on USB, to be preloaded into rkeygen: /sys/class/hidraw lists the
 * devices, whose reports go through Unix sockets.
 *
 * HIDRAW_CLASS    directory that is read as /sys/class/hidraw
 * HIDRAW_SOCKETS  directory of the sockets that are opened as /dev/hidraw*
 *
 * Build: cc -shared -fPIC -o hidraw.so hidraw.c -ldl
 */
#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLASS "/sys/class/hidraw"
#define DEVICES "/dev/"
#define DEVICE "hidraw"

static const char *
place(const char *path, char *buffer, size_t size)
{
	const char *class = getenv("HIDRAW_CLASS");

	if (class == NULL || strncmp(path, CLASS, strlen(CLASS)) != 0)
		return path;
	snprintf(buffer, size, "%s%s", class, path + strlen(CLASS));
	return buffer;
}

static int
token(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *directory = getenv("HIDRAW_SOCKETS");
	size_t size = sizeof(address.sun_path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (directory == NULL || fd < 0 ||
	    (size_t)snprintf(address.sun_path, size, "%s/%s", directory, name) >= size)
		return -1;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

int
open64(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
	char buffer[4096];
	va_list arguments;
	int mode;

	va_start(arguments, flags);
	mode = va_arg(arguments, int);
	va_end(arguments);
	if (strncmp(path, DEVICES DEVICE, strlen(DEVICES DEVICE)) == 0)
		return token(path + strlen(DEVICES));
	return next(place(path, buffer, sizeof(buffer)), flags, mode);
}

DIR *
opendir(const char *path)
{
	DIR *(*next)(const char *) = (DIR *(*)(const char *))dlsym(RTLD_NEXT, "opendir");
	char buffer[4096];

	return next(place(path, buffer, sizeof(buffer)));
}
