// Gives memory back to the kernel that the process holds and does not use.
#pragma once

// Unmaps clean pages of mapped files (what is used comes back from the page cache with a minor fault) and hands free heap
// pages of malloc back. Some 10 ms at the first call, 3 later; what it cannot read it leaves alone. For one thread only.
void memory_release(void);
