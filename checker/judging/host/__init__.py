"""The judge process's side of its workers: started, asked, timed, limited, ended."""
