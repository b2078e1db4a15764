"""Scores recorded events on Spark: score.py EVENTS MODEL LEADSCORE OUT [QUERY], each a path that every executor can read.

Writes one file of lines for each task into the folder OUT. On a cluster start it with spark-submit; set the number of
tasks with spark.sql.shuffle.partitions.
"""

import pathlib
import sys

from pyspark.sql import SparkSession

events, model, leadscore, out = sys.argv[1:5]
query = sys.argv[5] if len(sys.argv) > 5 else "states.sql"
spark = SparkSession.builder.appName("leadscore").getOrCreate()
spark.sparkContext.setLogLevel("ERROR")
spark.read.text(events).createOrReplaceTempView("events")
text = (pathlib.Path(__file__).parent / query).read_text()
# A query has no comments for Spark to take apart.
text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
text = text.replace("${leadscore}", leadscore).replace("${model}", model)
spark.sql(text).write.text(out)
spark.stop()
