"""导入: tables of the outside."""
