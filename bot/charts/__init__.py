"""Pictures, drawn in a process of their own: the plotting library never enters the serving one."""
