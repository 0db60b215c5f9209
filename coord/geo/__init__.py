"""The map: what stands where, what an area touches, who must move and where to.

Importing this package costs nothing; numpy, shapely, pyproj and geopandas are
loaded by the modules that need them, when they are needed.
"""
