"""Drop folders: what others put down on a disk, on an SFTP server or in a mailbox is taken in, with a receipt. docs/drop-folders.md"""
