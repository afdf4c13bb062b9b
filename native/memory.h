// Gives memory back to the kernel that the process holds and does not use.
#pragma once

// Unmaps clean pages of mapped files (what is used comes back from the page cache with a minor fault) and hands free heap
// pages of malloc back. Costs some milliseconds; what it cannot read it leaves alone.
void memory_release(void);
