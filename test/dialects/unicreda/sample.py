import requests
import time

API_KEY = "uc_live_tu_key_aqui"
BASE_URL = "https://app.unicreda.com/api/v1"

headers = {"X-API-Key": API_KEY, "Content-Type": "application/json"}

# Emitir a multiples recipientes
response = requests.post(f"{BASE_URL}/credentials/issue", headers=headers, json={
    "template_id": "550e8400-e29b-41d4-a716-446655440000",
    "recipients": [
        {"email": f"estudiante{i}@ejemplo.com", "recipient_name": f"Estudiante {i}", "result_value": "A"}
        for i in range(1, 51)
    ]
})

data = response.json()

if data["mode"] == "async":
    job_id = data["job_id"]

    # Polling del progreso
    while True:
        status = requests.get(f"{BASE_URL}/jobs/{job_id}", headers=headers).json()
        print(f"Status: {status['status']}")

        if status["status"] == "SUCCESS":
            print(f"Resultado: {status['result']}")
            break
        elif status["status"] == "FAILURE":
            print(f"Error: {status['error']}")
            break

        time.sleep(2) # Esperar 2 segundos entre consultas
