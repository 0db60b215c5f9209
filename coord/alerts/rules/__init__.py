"""What is wrong with an alert beyond what a schema can say: rules R00–R70, each in one place."""
