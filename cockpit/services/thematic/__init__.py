"""专题图层 where they meet files and the database: the catalogue, its versions, and the columns behind each layer."""
