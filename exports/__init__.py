"""What leaves Meetlat: documents and rows in, bytes and sentences out."""
