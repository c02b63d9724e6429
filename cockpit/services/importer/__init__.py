"""导入: tables of the outside become events, divisions and grids of ours."""
