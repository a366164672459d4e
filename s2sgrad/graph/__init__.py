"""The computation graph of a function, forward and backward, drawn from what the analysis knows of it."""

from s2sgrad.graph.model import Cluster, Edge, Graph, Node
from s2sgrad.graph.of import graph_of

__all__ = ["Cluster", "Edge", "Graph", "Node", "graph_of"]
